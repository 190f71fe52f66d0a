import json
import socket
import stat
from pathlib import Path

import pytest

from agent.dev_stack import livekit_server
from agent.dev_stack.livekit_server import LiveKitServer, find_livekit_server
from agent.dev_stack.ports import LOOPBACK, is_free, usual_or_free
from agent.errors import CannotStart

pytestmark = pytest.mark.unit

WEBHOOK = "http://127.0.0.1:5002/livekit/webhook"


def test_nothing_leaves_the_machine() -> None:
    configuration = LiveKitServer.with_fresh_keys(WEBHOOK).configuration()
    assert configuration["bind_addresses"] == [LOOPBACK]
    rtc = configuration["rtc"]
    assert isinstance(rtc, dict)
    assert rtc["tcp_port"] == 0
    assert rtc["node_ip"] == LOOPBACK
    assert rtc["interfaces"] == {"includes": ["lo"]}
    assert rtc["stun_servers"] == ["127.0.0.1:3478"]
    assert rtc["use_external_ip"] is False


def test_rooms_are_made_by_the_service_alone() -> None:
    server = LiveKitServer.with_fresh_keys(WEBHOOK)
    configuration = server.configuration()
    assert configuration["room"] == {"auto_create": False}
    assert configuration["webhook"] == {"api_key": server.api_key, "urls": [WEBHOOK]}


def test_keys_are_fresh_long_and_hidden() -> None:
    one, other = (LiveKitServer.with_fresh_keys(WEBHOOK) for _ in range(2))
    assert one.api_secret != other.api_secret
    assert len(one.api_secret.encode()) >= 32
    assert one.api_secret not in repr(one)
    assert one.api_secret not in repr(one.access)


def test_the_configuration_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "livekit.yaml"
    path.write_text("of an earlier start")
    path.chmod(0o644)
    server = LiveKitServer.with_fresh_keys(WEBHOOK)
    server.write_configuration(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == server.configuration()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_busy_port_is_passed_over(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((LOOPBACK, 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        busy = holder.getsockname()[1]
        assert not is_free(busy, kind)
        other = usual_or_free(busy, kind)
        assert other != busy
        assert is_free(other, kind)


def test_a_missing_server_is_one_line_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(livekit_server, "OWN_TOOLS", tmp_path)
    with pytest.raises(CannotStart, match="make setup") as refused:
        find_livekit_server()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("says", ["livekit-server version 1.9.0", ""])
def test_a_server_of_another_version_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str
) -> None:
    other = tmp_path / "livekit-server"
    other.write_text(f"#!/bin/sh\necho {says}\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(livekit_server, "OWN_TOOLS", tmp_path / "none")
    with pytest.raises(CannotStart, match=r"is version (1\.9\.0|unknown), not .*make setup"):
        find_livekit_server()


def test_one_version_is_built_named_and_run() -> None:
    deploy = Path(__file__).resolve().parents[2] / "deploy"
    assert f"readonly LIVEKIT_VERSION={livekit_server.VERSION}\n" in (deploy / "setup").read_text()
    assert (
        f"livekit/livekit-server:v{livekit_server.VERSION}\n"
        in (deploy / "compose.yaml").read_text()
    )


def test_what_is_built_here_says_its_version() -> None:
    assert livekit_server.version_of(find_livekit_server()) == livekit_server.VERSION
