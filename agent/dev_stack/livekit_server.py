"""The livekit-server of a stack that stays on this machine: its keys, ports and configuration."""

import json
import os
import secrets
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from agent.dev_stack.ports import LOOPBACK, usual_or_free
from agent.errors import CannotStart
from agent.livekit_access import LiveKitAccess

OWN_TOOLS = Path(__file__).resolve().parents[2] / ".tools" / "bin"  # where `make setup` puts it
SIGNAL_PORT = 7880
MEDIA_PORT = 7882
SECRET_BYTES = 32
# Without one of ours the server tells browsers to ask public STUN servers. None needs to answer.
LOOPBACK_STUN = f"{LOOPBACK}:3478"


@dataclass(frozen=True, slots=True)
class LiveKitServer:
    port: int
    media_port: int
    webhook_url: str
    api_key: str
    api_secret: str = field(repr=False)

    @classmethod
    def with_fresh_keys(cls, webhook_url: str) -> "LiveKitServer":
        return cls(
            port=usual_or_free(SIGNAL_PORT, socket.SOCK_STREAM),
            media_port=usual_or_free(MEDIA_PORT, socket.SOCK_DGRAM),
            webhook_url=webhook_url,
            api_key=f"epedicare-{secrets.token_hex(4)}",
            api_secret=secrets.token_hex(SECRET_BYTES),
        )

    @property
    def access(self) -> LiveKitAccess:
        return LiveKitAccess(f"ws://{LOOPBACK}:{self.port}", self.api_key, self.api_secret)

    def configuration(self) -> dict[str, object]:
        return {
            "port": self.port,
            "bind_addresses": [LOOPBACK],
            "rtc": {
                # The server's TCP media port listens on every interface whatever it is told.
                "tcp_port": 0,
                "udp_port": self.media_port,
                "node_ip": LOOPBACK,
                "use_external_ip": False,
                "enable_loopback_candidate": True,
                "interfaces": {"includes": ["lo"]},
                "stun_servers": [LOOPBACK_STUN],
            },
            "room": {"auto_create": False},
            "keys": {self.api_key: self.api_secret},
            "webhook": {"api_key": self.api_key, "urls": [self.webhook_url]},
            # At "info" it writes down everybody's addresses and devices.
            "logging": {"level": "warn"},
        }

    def write_configuration(self, path: Path) -> None:
        """JSON is YAML; only this user may read the file, for it holds the keys."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self.configuration(), file, indent=2)


def find_livekit_server() -> str:
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), str(OWN_TOOLS)))
    binary = shutil.which("livekit-server", path=search)
    if binary is None:
        raise CannotStart(
            "livekit-server is missing; `make setup` installs it, "
            "or set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET to use one that you have"
        )
    return binary
