"""Where Prometheus reads a program's metrics: an address of its own, for no browser."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)

from agent.errors import BadConfiguration

MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class MetricsAddress:
    host: str
    port: int

    @classmethod
    def parsed(cls, text: str) -> MetricsAddress:
        """Raises ValueError, which says what is expected."""
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= MOST_PORT:
            raise ValueError("give an address and a port, such as 127.0.0.1:9464")
        return cls(host.strip("[]"), int(port))

    def next(self) -> MetricsAddress:
        """Of the second program on one machine."""
        return MetricsAddress(self.host, self.port + 1)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def new_registry() -> CollectorRegistry:
    """With what every program tells of itself."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


def serve_metrics(address: MetricsAddress, registry: CollectorRegistry) -> None:
    """In a thread that ends with the program."""
    try:
        start_http_server(address.port, address.host, registry)
    except OSError as error:
        raise BadConfiguration(
            f"metrics cannot be served at {address}: {error.strerror}; set EPEDICARE_METRICS"
        ) from None
