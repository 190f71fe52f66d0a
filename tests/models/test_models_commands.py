"""What the commands say, and how they end."""

from pathlib import Path

import pytest
import typer
from compiled_models import data_with_compiled_models
from typer.testing import CliRunner

from agent.commands import doctor as doctor_command
from agent.commands.models import app as models
from models.bundles import BUNDLES

pytestmark = pytest.mark.unit

doctor = typer.Typer()
doctor.command()(doctor_command.doctor)


@pytest.fixture
def healthy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").touch()
    monkeypatch.setenv("EPEDICARE_WEB", str(pages))
    monkeypatch.setenv("EPEDICARE_DATA", str(data_with_compiled_models(tmp_path / "data")))
    monkeypatch.setenv("LIVEKIT_URL", "ws://127.0.0.1:7880")
    monkeypatch.setenv("LIVEKIT_API_KEY", "key")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "secret")
    return tmp_path


def lines(output: str, word: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith(word)]


def test_a_healthy_machine(healthy: Path) -> None:
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 0, result.output
    assert not lines(result.output, "MISSING")


@pytest.mark.parametrize(
    ("variable", "mends"),
    [
        ("EPEDICARE_MODELS", "epedicare models fetch"),
        ("EPEDICARE_WEB", "make setup"),
        ("EPEDICARE_DATA", "make it writable"),
    ],
)
def test_what_is_missing_is_one_line_with_what_mends_it(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, variable: str, mends: str
) -> None:
    no_folder = healthy / "a file"
    no_folder.touch()
    monkeypatch.setenv(variable, str(no_folder))
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 1
    missing = lines(result.output, "MISSING")
    assert len(missing) == (len(BUNDLES) if variable == "EPEDICARE_MODELS" else 1)
    assert all(mends in line for line in missing)


@pytest.mark.parametrize(("engine", "version"), [("openvino", "2026."), ("mediapipe", "0.10.")])
def test_the_engine_is_named_with_its_version(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, engine: str, version: str
) -> None:
    monkeypatch.setenv("EPEDICARE_ENGINE", engine)
    result = CliRunner().invoke(doctor)
    assert f"ok       engine {engine} {version}" in result.output


def test_a_data_folder_that_others_may_open_is_told_with_its_remedy(healthy: Path) -> None:
    (healthy / "data").chmod(0o750)
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 1
    (missing,) = lines(result.output, "MISSING")
    assert "is open to others on this machine; run: chmod 700" in missing


@pytest.mark.parametrize(
    ("url", "livekit", "told"),
    [
        ("https://clinic.example", "wss://livekit.example", "ok       pages at"),
        ("https://clinic.example", "ws://livekit.example", "by wss:// only; set LIVEKIT_URL"),
        ("https://clinic.example", "", "by wss:// only; set LIVEKIT_URL"),
        ("http://clinic.example", "ws://livekit.example", "no camera at http://clinic.example;"),
        ("http://localhost:5002", "ws://127.0.0.1:7880", "ok       pages at"),
    ],
)
def test_an_address_at_which_pages_cannot_work_is_told(
    healthy: Path, monkeypatch: pytest.MonkeyPatch, url: str, livekit: str, told: str
) -> None:
    monkeypatch.setenv("EPEDICARE_PUBLIC_URL", url)
    monkeypatch.setenv("LIVEKIT_URL", livekit)
    assert told in CliRunner().invoke(doctor).output


def test_missing_clips_do_not_make_a_machine_ill(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPEDICARE_CLIPS", str(healthy))
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 0
    assert "epedicare models clips" in lines(result.output, "optional")[0]


def test_verify_says_whether_each_bundle_is_genuine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = CliRunner().invoke(models, ["verify"])
    assert result.exit_code == 0
    assert result.output.count("genuine (Apache-2.0") == len(BUNDLES)
    monkeypatch.setenv("EPEDICARE_MODELS", str(tmp_path))
    result = CliRunner().invoke(models, ["verify"])
    assert result.exit_code == 1
    assert result.output.count("run: epedicare models fetch") == len(BUNDLES)


def test_fetch_says_where_each_bundle_came_from() -> None:
    result = CliRunner().invoke(models, ["fetch"])
    assert result.exit_code == 0
    assert result.output.count("already there") == len(BUNDLES)
