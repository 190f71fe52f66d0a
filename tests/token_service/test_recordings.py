"""What is kept of a session that is over: replayed and exported by its practitioner alone."""

import io
import json
import shutil
import zipfile
from typing import get_args

import pytest
from kept_sessions import keep_live_run
from pypdf import PdfReader
from service_fixtures import Patient, Practitioner, RunningService, admitted
from synthetic import film

from agent.export.format import Format
from agent.record.folder import session_folder
from agent.replay.app import Replay
from token_service.routes.recordings import Served

pytestmark = pytest.mark.unit

READS = ("replay/manifest", "replay/messages?topic=frame", "export?to=csv")


def path_of(session: str, what: str) -> str:
    return f"/api/v1/sessions/{session}/{what}"


@pytest.fixture
def over(service: RunningService) -> tuple[Practitioner, Patient]:
    """A session that is over, with two seconds of measurements kept."""
    practitioner, patient = admitted(service)
    keep_live_run(session_folder(service.settings.data, patient.session), film(2))
    practitioner.end(patient.session)
    return practitioner, patient


def test_the_replay_holds_what_the_log_does(
    service: RunningService, over: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = over
    told = practitioner.client.get(path_of(patient.session, "replay/manifest"))
    assert [e.action for e in service.audit(patient.session)].count("replayed") == 1
    replay = Replay(session_folder(service.settings.data, patient.session), None)
    assert told.json() == json.loads(json.dumps(replay.manifest()))
    frames = practitioner.client.get(path_of(patient.session, "replay/messages?topic=frame"))
    logged = list(replay.timeline.messages("/frame"))
    assert len(logged) > 20
    assert len(frames.content) > sum(map(len, logged))
    assert frames.content.endswith(logged[-1])


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_the_tables_come_in_one_file(
    service: RunningService, over: tuple[Practitioner, Patient], to: str
) -> None:
    practitioner, patient = over
    answer = practitioner.client.get(path_of(patient.session, f"export?to={to}"), timeout=60)
    assert answer.status_code == 200, answer.text
    assert f"epedicare-{patient.session[:4]}-{to}.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        assert {f"frames.{to}", f"windows.{to}", f"events.{to}"} <= names
        assert all(archive.getinfo(name).file_size > 0 for name in names)
    assert f"exported_{to}" in [entry.action for entry in service.audit(patient.session)]


@pytest.mark.parametrize(
    ("to", "ending"),
    [
        ("elan", ".eaf"),
        ("boris", ".boris"),
        ("bids", "_motion.tsv"),
        ("openface", "-openface.csv"),
        ("fhir", "-fhir.json"),
        ("family", "lisez-moi.html"),
    ],
)
def test_other_programs_formats_come_in_one_file(
    service: RunningService, over: tuple[Practitioner, Patient], to: str, ending: str
) -> None:
    practitioner, patient = over
    answer = practitioner.client.get(path_of(patient.session, f"export?to={to}"), timeout=60)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert any(name.endswith(ending) for name in archive.namelist())
    assert f"exported_{to}" in [entry.action for entry in service.audit(patient.session)]


@pytest.mark.parametrize(("language", "title"), [("fr", "Résumé"), ("en", "Summary")])
def test_the_summary_comes_as_a_pdf_in_the_pages_language(
    service: RunningService, over: tuple[Practitioner, Patient], language: str, title: str
) -> None:
    practitioner, patient = over
    wanted = path_of(patient.session, f"export?to=summary&language={language}")
    answer = practitioner.client.get(wanted, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    first, _ = PdfReader(io.BytesIO(answer.content)).pages
    assert title in first.extract_text()
    assert "exported_summary" in [entry.action for entry in service.audit(patient.session)]


def test_every_format_that_needs_no_more_than_the_log_is_served() -> None:
    assert set(get_args(Served)) == {*Format} - {Format.RERUN}


def test_nobody_else_reads_what_is_kept(
    service: RunningService, over: tuple[Practitioner, Patient]
) -> None:
    _, patient = over
    for what in READS:
        assert patient.client.get(path_of(patient.session, what)).status_code in (401, 403, 410)
        assert service.client().get(path_of(patient.session, what)).status_code == 401


def test_a_session_that_goes_on_is_not_read(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    keep_live_run(session_folder(service.settings.data, patient.session), film(1))
    for what in READS:
        answer = practitioner.client.get(path_of(patient.session, what))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/still-live")


def test_what_was_erased_is_not_shown_any_more(
    service: RunningService, over: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = over
    assert practitioner.client.get(path_of(patient.session, READS[0])).status_code == 200
    shutil.rmtree(session_folder(service.settings.data, patient.session))
    for what in READS:
        answer = practitioner.client.get(path_of(patient.session, what), timeout=60)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-kept")


def test_a_log_that_cannot_be_read_says_so(
    service: RunningService, over: tuple[Practitioner, Patient]
) -> None:
    practitioner, patient = over
    folder = session_folder(service.settings.data, patient.session)
    (folder / "run-000.mcap").write_bytes(b"nothing of ours")
    for what in READS:
        answer = practitioner.client.get(path_of(patient.session, what), timeout=60)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unreadable")
