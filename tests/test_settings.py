"""One rule for every command: the environment, then `.env` in the working directory."""

import subprocess
import sys
from pathlib import Path
from typing import TypeGuard

import pytest
from pydantic import SecretStr

from agent.errors import BadConfiguration
from agent.settings import Settings, markdown, read_settings

pytestmark = pytest.mark.unit

EPEDICARE = Path(sys.executable).with_name("epedicare")
CONFIGURATION = Path(__file__).resolve().parents[1] / "docs" / "configuration.md"


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


def test_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("EPEDICARE_DATA=kept\nEPEDICARE_CAPACITY=3\n")
    monkeypatch.setenv("EPEDICARE_DATA", "elsewhere")
    assert read_settings().capacity == 3
    assert read_settings().data == Path("elsewhere")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIVEKIT_URL", "EPEDICARE_DATA", "EPEDICARE_CAPACITY"):
        monkeypatch.setenv(name, "")
    assert read_settings().livekit_url is None
    assert read_settings().data == Path("data")
    assert read_settings().capacity is None


@pytest.mark.parametrize("named", ["~/kept", "$HOME/kept", "${HOME}/kept"])
def test_the_home_folder_in_a_folder_s_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".env").write_text(f"EPEDICARE_DATA={named}\n")
    assert read_settings().data == tmp_path / "kept"


def test_a_folder_named_by_what_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOWHERE", raising=False)
    monkeypatch.setenv("EPEDICARE_WEB", "$NOWHERE/pages")
    with pytest.raises(BadConfiguration, match=r"EPEDICARE_WEB .*\$NOWHERE is not set"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EPEDICARE_CAPACITY", "-317"),
        ("EPEDICARE_ENV", "a-hospital"),
        ("EPEDICARE_METRICS", "19464"),
        ("EPEDICARE_PUBLIC_URL", "5002"),
        ("EPEDICARE_METRICS", "127.0.0.1:65536"),
        ("EPEDICARE_PUBLIC_URL", "https://somebody:password@clinic.example"),
        ("EPEDICARE_TRUSTED_PROXIES", "reverse-proxy"),
        ("EPEDICARE_TRUSTED_PROXIES", "10.0.0.7/8"),
        ("EPEDICARE_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("EPEDICARE_TRUSTED_PROXIES", "127.0.0.1 10.0.0.1"),
        ("EPEDICARE_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("EPEDICARE_TRUSTED_PROXIES", "127.0.0.1, ::/0"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_and_not_shown(
    tmp_path: Path, name: str, value: str
) -> None:
    (tmp_path / ".env").write_text(f"{name}={value}\n")
    with pytest.raises(BadConfiguration, match=name) as refusal:
        read_settings()
    assert value not in str(refusal.value)


def test_a_public_address_with_a_path_is_told_what_is_expected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EPEDICARE_PUBLIC_URL", "https://clinic.example/visits")
    with pytest.raises(BadConfiguration, match=r"EPEDICARE_PUBLIC_URL .*without a path"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "networks"),
    [
        ("127.0.0.1", ["127.0.0.1/32"]),
        (" 127.0.0.1, ::1,10.0.0.0/8,", ["127.0.0.1/32", "::1/128", "10.0.0.0/8"]),
        (",", []),
        ("", []),
    ],
)
def test_trusted_proxies_are_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, given: str, networks: list[str]
) -> None:
    monkeypatch.setenv("EPEDICARE_TRUSTED_PROXIES", given)
    assert list(map(str, read_settings().trusted_proxies)) == networks


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("EPEDICARE_DATA=gardé\n".encode("latin-1"))
    command = [str(EPEDICARE), "sessions", "list"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert said.returncode == 2
    assert said.stderr == f"error: {tmp_path / '.env'} is not UTF-8 text; save it as UTF-8\n"


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_API_SECRET", "s" * 32)
    command = [str(EPEDICARE), "settings"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "ssss" not in said
    assert "****" in said


def secrets() -> list[str]:
    fields = Settings.model_fields.values()
    return [
        str(field.validation_alias) for field in fields if "SecretStr" in repr(field.annotation)
    ]


@pytest.mark.parametrize("variable", secrets())
def test_every_secret_may_stand_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    path = tmp_path / "secret"
    path.write_text("of the file\n")
    monkeypatch.setenv(f"{variable}_FILE", str(path))
    assert "of the file" in {
        value.get_secret_value() for value in vars(read_settings()).values() if is_secret(value)
    }
    monkeypatch.setenv(variable, "of the environment")
    with pytest.raises(BadConfiguration, match=f"either {variable} or {variable}_FILE"):
        read_settings()


def is_secret(value: object) -> TypeGuard[SecretStr]:
    return isinstance(value, SecretStr)


def test_keys_in_a_file_the_first_signs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("new: one\n\n old : two:2\n")
    monkeypatch.setenv("LIVEKIT_KEYS_FILE", "keys")
    given = read_settings()
    assert given.livekit_api_key == "new"
    assert given.livekit_keys == (("new", SecretStr("one")), ("old", SecretStr("two:2")))
    monkeypatch.setenv("LIVEKIT_API_KEY", "another")
    with pytest.raises(BadConfiguration, match="either LIVEKIT_API_KEY or LIVEKIT_KEYS_FILE"):
        read_settings()


@pytest.mark.parametrize("content", ["", "a-key", "a-key:", ": a-secret", "a: b\nc"])
def test_a_keys_file_that_holds_no_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    (tmp_path / "keys").write_text(content)
    monkeypatch.setenv("LIVEKIT_KEYS_FILE", "keys")
    with pytest.raises(BadConfiguration, match="LIVEKIT_KEYS_FILE"):
        read_settings()


def test_the_document_is_what_the_code_says() -> None:
    assert CONFIGURATION.read_text() == markdown()
