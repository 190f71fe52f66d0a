import pytest
from service_fixtures import RunningService, admitted, events

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


def test_each_seat_sees_its_own_share_at_once_and_on_change(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    patient = service.patient(practitioner.invite(session))
    with (
        events(practitioner.client, session) as theirs,
        events(patient.client, session) as mine,
    ):
        theirs_alone = next(theirs)["patient"].keys() - next(mine)["patient"].keys()
        assert theirs_alone == {"identity", "picture_test"}
        patient.consent(keeping=False)
        assert next(theirs)["patient"]["analysis"] == "granted"
        assert next(mine)["patient"]["analysis"] == "granted"
        patient.knock()
        assert next(theirs)["state"] == "waiting"
        assert next(mine)["patient"]["state"] == "waiting"
        practitioner.admit(session)
        assert next(theirs)["patient"]["state"] == "admitted"
        assert next(mine)["state"] == "live"


def test_who_signs_in_while_others_watch_sees_the_session_too(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    with events(practitioner.client, session) as first:
        assert next(first)["id"] == session
        with events(service.practitioner().client, session) as second:
            assert next(second)["id"] == session


def test_a_patient_sees_the_end_and_the_stream_ends(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    with events(patient.client, patient.session) as mine:
        assert next(mine)["state"] == "live"
        practitioner.end(patient.session)
        assert [seen["state"] for seen in mine] == ["ended"]


def test_a_practitioner_sees_the_end(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    with events(practitioner.client, patient.session) as theirs:
        next(theirs)
        practitioner.end(patient.session)
        assert next(theirs)["state"] == "ended"


def test_a_replaced_credential_sees_nothing_more(service: RunningService) -> None:
    practitioner, patient = admitted(service)
    invite = practitioner.invite(patient.session)
    with events(patient.client, patient.session) as mine:
        next(mine)
        service.patient(invite)
        assert list(mine) == []


def test_streams_need_a_seat_and_are_not_kept(service: RunningService) -> None:
    _, patient = admitted(service)
    path = f"/api/v1/sessions/{patient.session}/events"
    assert service.client().get(path).status_code == 401
    with patient.client.stream("GET", path) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
