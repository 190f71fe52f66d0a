"""What production demands, said in one line each by `serve` and by `doctor --production`."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.commands.doctor import doctor
from agent.errors import BadConfiguration
from agent.settings import Settings, read_settings
from token_service.production import shortcomings
from token_service.settings import load_settings

pytestmark = pytest.mark.unit

STRONG = "0123456789abcdef0123456789abcdef"
IN_MEMORY = Path("/dev/shm/epedicare")


@pytest.fixture
def clinic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """All that production demands, and nothing else."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    return {
        "EPEDICARE_ENV": "production",
        "EPEDICARE_PUBLIC_URL": "https://clinic.example",
        "EPEDICARE_TRUSTED_PROXIES": "10.0.0.7",
        "EPEDICARE_DATA": str(tmp_path / "data"),
        "EPEDICARE_OIDC_ISSUER": "https://login.clinic.example",
        "EPEDICARE_OIDC_CLIENT_ID": "epedicare",
        "EPEDICARE_OIDC_CLIENT_SECRET": STRONG,
        "EPEDICARE_CLINIC_KEYS": STRONG + STRONG,
        "LIVEKIT_URL": "wss://livekit.clinic.example",
        "LIVEKIT_API_KEY": "service",
        "LIVEKIT_API_SECRET": STRONG,
    }


def missing(clinic: dict[str, str], **changes: str | None) -> list[str]:
    given = {**clinic, **changes}
    settings = Settings.model_validate(
        {name: value for name, value in given.items() if value is not None}
    )
    return list(map(str, shortcomings(settings)))


def test_a_clinic_that_has_everything(clinic: dict[str, str]) -> None:
    assert missing(clinic) == []


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("EPEDICARE_OIDC_ISSUER", None, "set EPEDICARE_OIDC_ISSUER"),
        ("EPEDICARE_CLINIC_KEYS", None, "set EPEDICARE_CLINIC_KEYS_FILE"),
        ("EPEDICARE_CLINIC_KEYS", STRONG, "one key a line, 64 hexadecimal digits"),
        ("EPEDICARE_OIDC_CLIENT_ID", None, "set EPEDICARE_OIDC_CLIENT_ID"),
        ("EPEDICARE_OIDC_CLIENT_SECRET", None, "EPEDICARE_OIDC_CLIENT_SECRET_FILE"),
        ("EPEDICARE_PUBLIC_URL", None, "set EPEDICARE_PUBLIC_URL"),
        ("EPEDICARE_PUBLIC_URL", "http://clinic.example", "set EPEDICARE_PUBLIC_URL"),
        ("EPEDICARE_TRUSTED_PROXIES", None, "set EPEDICARE_TRUSTED_PROXIES"),
        ("LIVEKIT_URL", None, "set LIVEKIT_URL"),
        ("LIVEKIT_URL", "ws://livekit.clinic.example", "set LIVEKIT_URL"),
        ("LIVEKIT_API_KEY", None, "set LIVEKIT_KEYS_FILE"),
        ("LIVEKIT_API_SECRET", None, "set LIVEKIT_KEYS_FILE"),
        ("LIVEKIT_API_SECRET", STRONG[:31], "shorter than 32 bytes; make one"),
        ("LIVEKIT_API_SECRET", "change" * 6, "can be guessed; make one"),
        ("EPEDICARE_DATABASE_URL", "mysql://a@b/c", "postgresql://"),
        ("EPEDICARE_DATA", None, "set EPEDICARE_DATA"),
        ("EPEDICARE_DATA", "kept", "set EPEDICARE_DATA"),
        ("EPEDICARE_DATA", str(IN_MEMORY), "a restart loses what is kept; set EPEDICARE_DATA"),
    ],
)
def test_what_is_missing_is_one_line_and_no_other(
    clinic: dict[str, str], variable: str, value: str | None, told: str
) -> None:
    (line,) = missing(clinic, **{variable: value})
    assert told in line and "\n" not in line and STRONG[:31] not in line


def test_livekit_s_public_pair(clinic: dict[str, str]) -> None:
    (line,) = missing(clinic, LIVEKIT_API_KEY="devkey", LIVEKIT_API_SECRET="secret")
    assert "LiveKit's public one" in line


def test_an_older_key_is_as_strong(clinic: dict[str, str], tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"new: {STRONG}\nold: short\n")
    without = {"LIVEKIT_API_KEY": None, "LIVEKIT_API_SECRET": None}
    (line,) = missing(clinic, **without, LIVEKIT_KEYS_FILE=str(keys))
    assert "shorter than 32 bytes" in line


def test_serve_and_doctor_say_the_same(
    clinic: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EPEDICARE_ENV", "EPEDICARE_DATA", "EPEDICARE_TRUSTED_PROXIES", "LIVEKIT_API_KEY"):
        monkeypatch.setenv(name, clinic[name])
    lines = list(map(str, shortcomings(read_settings())))
    assert len(lines) == 5
    with pytest.raises(BadConfiguration) as refusal:
        load_settings(host="0.0.0.0", port=5002)
    assert str(refusal.value).splitlines()[1:] == [f"  {line}" for line in lines]
    command = typer.Typer()
    command.command()(doctor)
    told = CliRunner().invoke(command, ["--production"])
    assert told.exit_code == 1
    assert told.output.splitlines()[-5:] == [f"MISSING  {line}" for line in lines]


def test_whoever_has_everything_may_listen_to_the_network(
    clinic: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in clinic.items():
        monkeypatch.setenv(name, value)
    assert not load_settings(host="0.0.0.0", port=5002).development
