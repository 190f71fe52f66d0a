"""The livekit-server of a stack that stays on this machine: its keys, ports and configuration."""

import json
import os
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from agent.dev_stack.ports import LOOPBACK, usual_or_free
from agent.errors import CannotStart
from agent.livekit_access import LiveKitAccess

OWN_TOOLS = Path(__file__).resolve().parents[2] / ".tools" / "bin"  # where `make setup` puts it
VERSION = "1.13.5"  # what all is tested with; deploy/setup builds it
SIGNAL_PORT = 7880
MEDIA_PORT = 7882
SECRET_BYTES = 32
MEND = (
    "`make setup` installs it, "
    "or set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET to use one that you have"
)
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
    """Ours before any on the PATH, and none of another version."""
    search = os.pathsep.join((str(OWN_TOOLS), os.environ.get("PATH", os.defpath)))
    binary = shutil.which("livekit-server", path=search)
    if binary is None:
        raise CannotStart(f"livekit-server is missing; {MEND}")
    version = version_of(binary)
    if version != VERSION:
        raise CannotStart(f"{binary} is version {version}, not {VERSION}; {MEND}")
    return binary


def version_of(binary: str) -> str:
    """What the program says, without its name; "unknown" of one that says nothing."""
    try:
        said = subprocess.run((binary, "--version"), capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return said.stdout.strip().removeprefix("livekit-server version ") or "unknown"
