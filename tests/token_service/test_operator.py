"""`epedicare sessions` and `epedicare sign-in-link`, beside a running service."""

import json

import pytest
import typer
from kept_sessions import keep_live_run
from service_fixtures import RunningService, admitted, environment_of
from synthetic import film
from typer.testing import CliRunner, Result

from agent.commands import sessions
from agent.commands.export import export
from agent.errors import EpedicareError, NoSuchSession, StillLive

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


def epedicare(service: RunningService, *arguments: str) -> Result:
    commands = typer.Typer()
    commands.add_typer(sessions.app, name="sessions")
    commands.command("export")(export)
    commands.command("sign-in-link")(sessions.sign_in_link)
    return CliRunner().invoke(commands, arguments, env=environment_of(service.settings))


def test_sessions_are_listed_shown_and_deleted(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    session = patient.session
    folder = service.settings.data / "sessions" / session
    folder.mkdir(parents=True)
    (folder / "run-000.mcap").write_bytes(bytes(1_600_000))

    listed = epedicare(service, "sessions", "list")
    assert listed.stdout.startswith(session)
    assert "live" in listed.stdout and "log, 2 MB" in listed.stdout

    shown = json.loads(epedicare(service, "sessions", "show", session).stdout)
    actions = [entry["action"] for entry in shown["audit"]]
    assert actions == [
        "created",
        "invited",
        "invite_redeemed",
        "live_analysis.granted",
        "keeping.granted",
        "knocked",
        "admitted",
    ]

    refused = epedicare(service, "sessions", "delete", session, "--yes")
    assert isinstance(refused.exception, StillLive)
    assert folder.is_dir()

    practitioner.end(session)
    assert epedicare(service, "sessions", "delete", session, "--yes").exit_code == 0
    assert not folder.exists()
    assert practitioner.client.get(f"/api/v1/sessions/{session}").status_code == 404
    assert service.done(session)[-2:] == ["ended", "deleted"]

    again = epedicare(service, "sessions", "show", session)
    assert isinstance(again.exception, NoSuchSession)


@pytest.mark.parametrize("name", ["..", "../..", "x" * 32, "", "0" * 31])
def test_only_a_session_can_be_deleted(service: RunningService, name: str) -> None:
    refused = epedicare(service, "sessions", "delete", "--yes", "--", name)
    assert isinstance(refused.exception, EpedicareError)
    assert "32 hexadecimal digits" in str(refused.exception)
    assert service.settings.data.is_dir()


def test_a_sign_in_link_made_beside_the_service_works(service: RunningService) -> None:
    port = str(service.settings.port)
    link = epedicare(service, "sign-in-link", "--port", port, "--session", "5" * 32).stdout.strip()
    page, _, secret = link.partition("#sign-in=")
    assert page == f"{service.url}/practitioner/sessions/{'5' * 32}"
    client = service.client()
    assert client.post("/api/v1/sign-in", json={"secret": secret}).status_code == 201


def test_an_export_is_audited(service: RunningService) -> None:
    _, patient = admitted(service)
    folder = service.settings.data / "sessions" / patient.session
    keep_live_run(folder, film(1))
    assert epedicare(service, "export", patient.session, "--to", "csv").exit_code == 0
    newest = service.audit(patient.session)[-1]
    assert (newest.role, newest.action) == ("operator", "exported_csv")
