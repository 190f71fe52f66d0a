import asyncio
from pathlib import Path

import pytest

from agent.dev_stack.ports import free_port
from agent.errors import BadConfiguration
from agent.http.loopback import is_loopback
from token_service import operator
from token_service.settings import load_settings

pytestmark = pytest.mark.unit

STRONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPEDICARE_ENV", "development")
    monkeypatch.setenv("LIVEKIT_URL", f"ws://127.0.0.1:{free_port()}")
    monkeypatch.setenv("LIVEKIT_API_KEY", "a-key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", STRONG)
    return monkeypatch


def test_development_on_loopback_is_accepted(environment: pytest.MonkeyPatch) -> None:
    assert load_settings(host="127.0.0.1", port=5002).secret == STRONG


def test_the_settings_may_stand_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.delenv("LIVEKIT_API_KEY")
    (tmp_path / ".env").write_text("LIVEKIT_API_KEY=from-file\nSOMETHING_ELSE=1\n")
    assert load_settings(host="127.0.0.1", port=5002).livekit_api_key == "from-file"


def test_a_missing_key_is_named_and_nothing_is_shown(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("LIVEKIT_API_KEY")
    with pytest.raises(BadConfiguration, match="LIVEKIT_API_KEY") as refusal:
        load_settings(host="127.0.0.1", port=5002)
    assert STRONG not in str(refusal.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_the_development_sign_in_stays_on_loopback(
    environment: pytest.MonkeyPatch, host: str
) -> None:
    with pytest.raises(BadConfiguration, match="loopback"):
        load_settings(host=host, port=5002)


def test_no_link_goes_past_the_provider(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("EPEDICARE_OIDC_ISSUER", "https://login.clinic.example")
    with pytest.raises(BadConfiguration, match=r"login\.clinic\.example"):
        asyncio.run(operator.sign_in_link(tmp_path / "data", "127.0.0.1", 5002, None))


def test_the_secret_is_not_in_a_printed_setting(environment: pytest.MonkeyPatch) -> None:
    assert STRONG not in repr(load_settings(host="127.0.0.1", port=5002))


def test_names_of_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"]))
    assert not any(map(is_loopback, ["", "0.0.0.0", "localhost.example.org", "127.0.0.1.nip.io"]))
