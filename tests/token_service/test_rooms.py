"""Sessions and their rooms on a real livekit-server, with every webhook lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import jwt
import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer
from participants import eventually
from service_fixtures import CONSENT, Patient, Practitioner, RunningService, admitted, events
from sqlalchemy import text

from agent.contract import agent_identity
from agent.record.session_key import WRITTEN_LOCK

pytestmark = pytest.mark.livekit

REFUSAL_S = 2.0

Join = Callable[[str], Awaitable[rtc.Room]]


@pytest.fixture
async def join(livekit_server: LiveKitServer) -> AsyncIterator[Join]:
    rooms: list[rtc.Room] = []

    async def connect(token: str) -> rtc.Room:
        room = rtc.Room()
        rooms.append(room)
        await room.connect(livekit_server.url, token)
        return room

    yield connect
    for room in rooms:
        await room.disconnect()


@pytest.fixture
async def livekit(livekit_server: LiveKitServer) -> AsyncIterator[api.LiveKitAPI]:
    async with api.LiveKitAPI(
        livekit_server.url, livekit_server.api_key, livekit_server.api_secret
    ) as client:
        yield client


@pytest.fixture
def consultation(live_service: RunningService) -> tuple[Practitioner, Patient]:
    return admitted(live_service)


def analysis_seen_by(room: rtc.Room, identity: str) -> str | None:
    patient = room.remote_participants.get(identity)
    return patient.attributes.get("analysis") if patient else None


def execute(service: RunningService, statement: str) -> None:
    service.in_database(lambda db: db.execute(text(statement)))


def state_of(practitioner: Practitioner, session: str) -> tuple[str, str]:
    seen = practitioner.show(session)
    return seen["patient"]["state"], seen["agent"]["state"]


async def test_the_room_is_there_as_soon_as_the_patient_is_admitted(
    consultation: tuple[Practitioner, Patient], livekit: api.LiveKitAPI
) -> None:
    _, patient = consultation
    rooms = await livekit.room.list_rooms(api.ListRoomsRequest(names=[patient.session]))
    assert len(rooms.rooms) == 1
    [dispatch] = await livekit.agent_dispatch.list_dispatch(patient.session)
    assert dispatch.agent_name == "behaviour-analysis"
    assert f'"session_id": "{patient.session}"' in dispatch.metadata
    assert '"sample": false' in dispatch.metadata
    assert '"run": 1' in dispatch.metadata


async def test_the_truth_about_consent_follows_the_join(
    consultation: tuple[Practitioner, Patient], join: Join
) -> None:
    practitioner, patient = consultation
    identity = practitioner.show(patient.session)["patient"]["identity"]
    theirs = await join(practitioner.token(patient.session))
    mine = await join(patient.token())
    assert mine.local_participant.identity == identity
    await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "granted")
    assert theirs.remote_participants[identity].attributes["keeping"] == "granted"
    assert theirs.remote_participants[identity].attributes["role"] == "patient"
    await eventually(
        lambda: state_of(practitioner, patient.session)[0] == "joined", 3, "patient joined"
    )


async def test_a_pause_is_answered_when_livekit_has_it_and_an_old_token_cannot_undo_it(
    consultation: tuple[Practitioner, Patient], join: Join, livekit: api.LiveKitAPI
) -> None:
    practitioner, patient = consultation
    old = patient.token()
    theirs = await join(practitioner.token(patient.session))
    mine = await join(old)
    identity = mine.local_participant.identity
    await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "granted")

    assert patient.pause().status_code == 200
    at_livekit = await livekit.room.get_participant(
        api.RoomParticipantIdentity(room=patient.session, identity=identity)
    )
    assert at_livekit.attributes["analysis"] == "paused"

    seen: list[str | None] = []
    theirs.on("participant_connected", lambda p: seen.append(p.attributes.get("analysis")))
    theirs.on(
        "participant_attributes_changed",
        lambda _, p: seen.append(p.attributes.get("analysis")) if p.identity == identity else None,
    )
    await mine.disconnect()
    await join(old)
    await eventually(lambda: seen[-1:] == ["paused"], 30, "paused again after the old token")
    assert "granted" not in seen

    assert (
        practitioner.client.put(
            f"/api/v1/sessions/{patient.session}/analysis", json={"paused": False}
        ).status_code
        == 403
    )
    assert patient.pause(False).json()["analysis"] == "granted"
    await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "resumed")


async def test_a_token_that_livekit_renewed_cannot_undo_a_pause(
    consultation: tuple[Practitioner, Patient], join: Join
) -> None:
    """Livekit writes the attributes of the moment, consent included, into the tokens it renews."""
    practitioner, patient = consultation
    theirs = await join(practitioner.token(patient.session))
    mine = await join(patient.token())
    identity = mine.local_participant.identity
    await eventually(lambda: _renewed_while_granted(mine), 30, "a token renewed by livekit")
    renewed = mine._token
    patient.pause().raise_for_status()
    await mine.disconnect()

    granted: list[bool] = []

    def watch(participant: rtc.RemoteParticipant) -> None:
        held = participant.attributes
        bound = held.get("analysis_for") == participant.sid
        granted.append(held.get("analysis") == "granted" and bound)

    theirs.on("participant_connected", watch)
    theirs.on("participant_attributes_changed", lambda _, participant: watch(participant))
    assert renewed
    await join(renewed)
    await eventually(lambda: analysis_seen_by(theirs, identity) == "paused", 30, "paused again")
    assert granted and not any(granted)


def _renewed_while_granted(room: rtc.Room) -> bool:
    claims = jwt.decode(room._token or "", options={"verify_signature": False})
    return bool(claims["attributes"].get("analysis") == "granted")


async def test_consent_withdrawn_in_the_call_reaches_the_room(
    consultation: tuple[Practitioner, Patient], join: Join
) -> None:
    practitioner, patient = consultation
    theirs = await join(practitioner.token(patient.session))
    mine = await join(patient.token())
    identity = mine.local_participant.identity
    await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "granted")
    assert patient.consent(live_analysis=False, keeping=False).json()["analysis"] == "none"
    await eventually(lambda: analysis_seen_by(theirs, identity) == "none", 30, "withdrawn")


async def test_rooms_are_kept_although_the_database_takes_nothing_more(
    live_service: RunningService, consultation: tuple[Practitioner, Patient], join: Join
) -> None:
    """As on a full disk, which takes no row of the audit either."""
    practitioner, patient = consultation
    identity = practitioner.show(patient.session)["patient"]["identity"]
    theirs = await join(practitioner.token(patient.session))
    token = patient.token()
    execute(
        live_service, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, ''); END"
    )
    try:
        await join(token)
        await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "granted")
    finally:
        execute(live_service, "DROP TRIGGER full")
    await eventually(lambda: state_of(practitioner, patient.session)[0] == "joined", 30, "joined")


async def test_livekit_enforces_the_grants(
    consultation: tuple[Practitioner, Patient], join: Join, livekit: api.LiveKitAPI
) -> None:
    practitioner, patient = consultation
    theirs = await join(practitioner.token(patient.session))
    mine = await join(patient.token())
    identity = mine.local_participant.identity
    await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "granted")

    packets: list[tuple[str | None, str | None]] = []

    def keep(packet: rtc.DataPacket) -> None:
        packets.append((packet.topic, packet.participant.identity if packet.participant else None))

    theirs.on("data_received", keep)
    mine.on("data_received", keep)
    await mine.local_participant.publish_data(b"forged", topic="epedicare.frame")
    forged_by = ("epedicare.frame", identity)  # the agent's own packets name nobody
    await eventually(lambda: packets == [forged_by], 30, "with the name of its sender")
    await theirs.local_participant.publish_data(b"allowed", topic="from-practitioner")
    theirs_by = ("from-practitioner", theirs.local_participant.identity)
    await eventually(lambda: packets[1:] == [theirs_by], 30, "the practitioner's data")

    forged = {"analysis": "none", "role": "practitioner", "lock": "A" * 43}
    assert WRITTEN_LOCK.fullmatch(theirs.remote_participants[identity].attributes["lock"])
    screen = rtc.LocalVideoTrack.create_video_track("screen", rtc.VideoSource(64, 64))
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_SCREENSHARE)
    for attempt in (
        mine.local_participant.set_attributes(forged),
        mine.local_participant.publish_track(screen, options),
    ):
        with suppress(Exception):  # refused loudly or silently, by the SDK or by the server
            await asyncio.wait_for(attempt, REFUSAL_S)
    at_livekit = await livekit.room.get_participant(
        api.RoomParticipantIdentity(room=patient.session, identity=identity)
    )
    assert at_livekit.attributes == {
        "role": "patient",
        "analysis": "granted",
        "keeping": "granted",
        "lock": theirs.remote_participants[identity].attributes["lock"],
        "analysis_for": at_livekit.sid,
        "confirmed_for": at_livekit.sid,
    }
    assert at_livekit.attributes["lock"] != forged["lock"]
    assert not at_livekit.tracks


async def test_whoever_does_not_belong_is_put_out(
    consultation: tuple[Practitioner, Patient],
    live_service: RunningService,
    join: Join,
    livekit: api.LiveKitAPI,
) -> None:
    practitioner, patient = consultation
    mine = await join(patient.token())
    identity = mine.local_participant.identity
    for stranger in ("stranger", f"{identity}#x"):
        token = (
            api.AccessToken(live_service.settings.livekit_api_key, live_service.settings.secret)
            .with_identity(stranger)
            .with_ttl(timedelta(minutes=1))
            .with_grants(api.VideoGrants(room_join=True, room=patient.session))
            .with_attributes({"role": "patient", "analysis": "granted"})
        )
        await join(token.to_jwt())

    async def alone() -> bool:
        people = await livekit.room.list_participants(
            api.ListParticipantsRequest(room=patient.session)
        )
        return [person.identity for person in people.participants] == [identity]

    await eventually(alone, 30, "strangers removed")
    practitioner.deny(patient.session)
    await eventually(lambda: not mine.isconnected(), 30, "denied patient removed")


async def test_another_device_puts_the_first_one_out(
    consultation: tuple[Practitioner, Patient], live_service: RunningService, join: Join
) -> None:
    practitioner, patient = consultation
    mine = await join(patient.token())
    live_service.patient(practitioner.invite(patient.session))
    await eventually(lambda: not mine.isconnected(), 30, "the first device is out")


async def test_the_token_of_a_replaced_device_reaches_nobodys_place(
    consultation: tuple[Practitioner, Patient], live_service: RunningService, join: Join
) -> None:
    practitioner, first = consultation
    theirs = await join(practitioner.token(first.session))
    old = first.token()
    second = live_service.patient(practitioner.invite(first.session))
    second.consent().raise_for_status()
    second.knock()
    practitioner.admit(first.session)
    mine = await join(second.token())
    identity = mine.local_participant.identity
    await eventually(lambda: analysis_seen_by(theirs, identity) == "granted", 30, "granted")
    seen: set[tuple[str, str | None]] = set()
    theirs.on(
        "participant_attributes_changed",
        lambda _, someone: seen.add((someone.identity, someone.attributes.get("analysis"))),
    )
    replaced = await join(old)
    await eventually(lambda: not replaced.isconnected(), 30, "the replaced device is out")
    assert mine.isconnected()
    assert analysis_seen_by(theirs, identity) == "granted"
    assert not {granted for _, granted in seen}


async def test_leaving_and_coming_back(
    consultation: tuple[Practitioner, Patient], join: Join
) -> None:
    practitioner, patient = consultation
    for _ in range(2):
        mine = await join(patient.token())
        await eventually(
            lambda: state_of(practitioner, patient.session)[0] == "joined", 4, "joined"
        )
        patient.post("leave").raise_for_status()
        assert state_of(practitioner, patient.session)[0] == "left"
        await eventually(lambda room=mine: not room.isconnected(), 30, "out of the room")


async def test_an_ended_session_stays_ended(
    consultation: tuple[Practitioner, Patient], join: Join, livekit: api.LiveKitAPI
) -> None:
    practitioner, patient = consultation
    old, theirs_old = patient.token(), practitioner.token(patient.session)
    mine, theirs = await join(old), await join(theirs_old)
    practitioner.end(patient.session)
    for room in (mine, theirs):
        await eventually(lambda room=room: not room.isconnected(), 30, "everyone is out")
    for token in (old, theirs_old):
        with pytest.raises(rtc.ConnectError):
            await join(token)

    await livekit.room.create_room(api.CreateRoomRequest(name=patient.session))

    async def gone() -> bool:
        rooms = await livekit.room.list_rooms(api.ListRoomsRequest(names=[patient.session]))
        return not rooms.rooms

    await eventually(gone, 30, "a room that reappears is deleted again")
    with pytest.raises(rtc.ConnectError):
        await join(old)


async def test_tokens_say_exactly_what_the_seat_may_do(
    consultation: tuple[Practitioner, Patient], live_service: RunningService
) -> None:
    practitioner, patient = consultation
    identity = practitioner.show(patient.session)["patient"]["identity"]
    claims = jwt.decode(patient.token(), live_service.settings.secret, algorithms=["HS256"])
    assert claims["sub"] == identity
    assert claims["exp"] - claims["nbf"] <= 600
    assert claims["video"] == {
        "roomJoin": True,
        "room": patient.session,
        "canPublish": True,
        "canPublishSources": ["camera", "microphone"],
        "canSubscribe": False,
        "canPublishData": False,
        "canUpdateOwnMetadata": False,
    }
    answer = practitioner.client.post("/api/v1/token", json={"room_name": patient.session})
    assert answer.status_code == 201
    assert answer.json().keys() == {"server_url", "participant_token"}
    theirs = jwt.decode(
        answer.json()["participant_token"], live_service.settings.secret, algorithms=["HS256"]
    )
    sources = ["camera", "microphone", "screen_share", "screen_share_audio"]
    assert theirs["video"] == {**claims["video"], "canPublishSources": sources}
    assert theirs["attributes"] == {"role": "practitioner"}
    assert theirs["sub"] != identity


async def test_without_a_beat_it_dispatches_again_and_leaves_no_litter(
    consultation: tuple[Practitioner, Patient],
    livekit: api.LiveKitAPI,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, patient = consultation
    [first] = await livekit.agent_dispatch.list_dispatch(patient.session)
    seen = {first.id}

    async def dispatched_twice_more() -> bool:
        now = {d.id for d in await livekit.agent_dispatch.list_dispatch(patient.session)}
        assert len(now) <= 4
        seen.update(now)
        return len(seen) >= 3 and first.id not in now

    await eventually(dispatched_twice_more, 12, "two more dispatches, the first one deleted")
    told = [line for line in caplog.messages if patient.session in line and "no agent" in line]
    assert len(told) == 1, "one silence is one line"


async def test_everyone_sees_the_agents_own_state_and_its_loss(
    consultation: tuple[Practitioner, Patient],
    live_service: RunningService,
    join: Join,
    livekit: api.LiveKitAPI,
) -> None:
    practitioner, patient = consultation
    mine = await join(patient.token())
    agent = await join(_agent_token(live_service, patient.session))
    with events(patient.client, patient.session) as stream:
        next(stream)
        for beat, state in enumerate(["waiting", "analysing"]):
            await agent.local_participant.set_attributes({"beat": str(beat), "state": state})
            assert next(s for s in stream if s["agent"]["state"] == state)
        assert next(s for s in stream if s["agent"]["state"] != "analysing")["agent"] == {
            "state": "lost"
        }
    assert agent_identity(patient.session) not in mine.remote_participants
    assert state_of(practitioner, patient.session) == ("joined", "lost")


def _agent_token(service: RunningService, session: str) -> str:
    grants = api.VideoGrants(
        room_join=True,
        room=session,
        hidden=True,
        can_publish=False,
        can_update_own_metadata=True,
    )
    token = api.AccessToken(service.settings.livekit_api_key, service.settings.secret)
    return (
        token.with_identity(agent_identity(session)).with_kind("agent").with_grants(grants).to_jwt()
    )


def _waiting(service: RunningService, practitioner: Practitioner) -> Patient:
    patient = service.patient(practitioner.invite(practitioner.create()))
    patient.knock()
    return patient


async def test_ten_sessions_at_once_each_get_their_room(
    live_service: RunningService, livekit: api.LiveKitAPI
) -> None:
    practitioner = live_service.practitioner()
    patients = [_waiting(live_service, practitioner) for _ in range(10)]
    sessions = {patient.session for patient in patients}
    await asyncio.gather(*(asyncio.to_thread(practitioner.admit, session) for session in sessions))
    rooms = await livekit.room.list_rooms(api.ListRoomsRequest(names=list(sessions)))
    assert {room.name for room in rooms.rooms} == sessions


def test_it_is_ready_with_livekit_and_consent_is_confirmed(live_service: RunningService) -> None:
    assert live_service.client().get("/readyz").json() == {
        "status": "ok",
        "database": True,
        "livekit": True,
    }
    _, patient = admitted(live_service)
    path = f"/api/v1/sessions/{patient.session}/analysis"
    assert patient.client.put(path, json={"consent": CONSENT}).status_code == 200
