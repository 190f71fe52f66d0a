"""The address at which browsers reach the service: what stands in their address bar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
THIS_MACHINE = re.compile(r"(.+\.)?localhost|127(\.\d+){3}|\[::1\]")
HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)


@dataclass(frozen=True, slots=True)
class PublicUrl:
    scheme: str
    host: str  # lower case; an IPv6 address in its brackets
    port: int

    @classmethod
    def parsed(cls, text: str) -> PublicUrl:
        """Raises ValueError, which says what is expected."""
        if text != text.strip() or not text.isprintable():
            raise ValueError("give it without spaces around or in it")
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise ValueError("it is no address such as https://clinic.example") from None
        if parts.scheme not in DEFAULT_PORTS:
            raise ValueError("it begins with https:// or http://")
        if parts.path not in ("", "/") or parts.query or parts.fragment or text[-1] in "?#":
            raise ValueError("give it without a path: the service has the host to itself")
        if "@" in parts.netloc or parts.netloc.endswith(":") or port == 0:
            raise ValueError("between // and the end stand a host and, if need be, a port")
        return cls(parts.scheme, _host(parts), port or DEFAULT_PORTS[parts.scheme])

    @property
    def is_https(self) -> bool:
        return self.scheme == "https"

    @property
    def opens_cameras(self) -> bool:
        """To browsers, this machine is as good as TLS."""
        return self.is_https or bool(THIS_MACHINE.fullmatch(self.host))

    @property
    def host_and_port(self) -> str:
        """As browsers write it: without the port that the scheme has anyway."""
        is_default = self.port == DEFAULT_PORTS[self.scheme]
        return self.host if is_default else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host_and_port}"

    def is_named_by(self, host_header: str) -> bool:
        """With or without a default port, and whatever the case."""
        default = f":{DEFAULT_PORTS[self.scheme]}"
        return host_header.lower().removesuffix(default) == self.host_and_port

    def __str__(self) -> str:
        return self.origin


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        try:
            return f"[{IPv6Address(host)}]"
        except ValueError:
            raise ValueError("between the brackets stands an IPv6 address") from None
    if not host.isascii():
        raise ValueError("write the host as browsers send it (xn--…)")
    if not HOST_NAME.fullmatch(host):
        raise ValueError("its host is no name or address")
    return host
