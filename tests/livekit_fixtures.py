"""A real livekit-server on free loopback ports, which a test may kill and start again."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import pytest

from agent.dev_stack import livekit_server as stack_server
from agent.dev_stack.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[1]
START_TIMEOUT_S = 15.0


def find_livekit_server() -> str | None:
    local = [REPOSITORY / ".tools" / "bin" / name for name in ("livekit-server", "server")]
    built = next((str(path) for path in local if path.is_file()), None)
    return os.environ.get("LIVEKIT_SERVER_BIN") or built or shutil.which("livekit-server")


@dataclass
class LiveKitServer:
    """Same ports and keys across `kill()` and `start()`; `webhook_url` is read at each start."""

    folder: Path
    binary: str
    webhook_url: str | None = None
    port: int = field(default_factory=free_port)
    udp_port: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    api_key: str = field(default_factory=lambda: "key" + secrets.token_hex(6))
    api_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    departure_timeout_s: int = 20
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "livekit-server.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        if self._process is not None:
            return
        config = self.folder / "livekit.json"
        config.write_text(json.dumps(self._configuration()))  # JSON is YAML
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binary, "--config", str(config)], stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_it_answers(self._process)

    def kill(self) -> None:
        """SIGKILL, as a crash: every room is forgotten."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"livekit-server did not start:\n{self.log.read_text()[-2000:]}")

    def _configuration(self) -> dict[str, object]:
        """That of `epedicare up`, but for what a test sets."""
        usual = stack_server.LiveKitServer(
            self.port, self.udp_port, self.webhook_url or "", self.api_key, self.api_secret
        ).configuration()
        if not self.webhook_url:
            del usual["webhook"]
        room = {"auto_create": False, "departure_timeout": self.departure_timeout_s}
        return {**usual, "room": room, "logging": {"level": "info"}}


@pytest.fixture(scope="session")
def livekit_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKitServer]:
    binary = find_livekit_server()
    if binary is None:
        pytest.fail("no livekit-server: run `make setup`, or set LIVEKIT_SERVER_BIN")
    server = LiveKitServer(tmp_path_factory.mktemp("livekit"), binary)
    server.start()
    yield server
    server.kill()
