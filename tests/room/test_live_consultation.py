"""What each person in the room gets, and when: on the real server, service and worker."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from kept_sessions import key_of
from livekit import api, rtc
from metric_values import metric_values
from participants import (
    Joined,
    Patient,
    eventually,
    practitioner_access,
    take_patient_seat,
)
from room_fixtures import TALKING_FACE, Open
from stack_fixtures import CAPACITY, RunningStack

from agent.contract import CHAT_TOPIC, Attribute, Method, Topic
from agent.dev_stack.footage import Footage
from agent.dev_stack.practitioner import Practitioner
from agent.record import run_files, session_folder
from agent.record.run import KEEPING_NOT_ALLOWED, read_runs
from agent.record.timeline import Timeline
from agent.wire.generated import analysis_pb2 as pb
from agent.wire.packing import points_from_bytes
from agent.wire.registry import encode_registry
from models.clips import clips_folder

pytestmark = pytest.mark.livekit

SAID_BY_THE_FAMILY = "said by the family"
MARK = '{"label": "x", "ago_ms": 0}'


def is_whole(frame: pb.FrameResult) -> bool:
    """Whether a face lies inside the picture: the talking clip's chin may be below it."""
    if not frame.HasField("face"):
        return False
    points = points_from_bytes(frame.face.points)
    return bool(points.min() > 0 and points.max() < 1)


async def test_the_practitioner_gets_results_and_the_patient_none(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    received = call.practitioner.received
    await eventually(lambda: received.of(Topic.WINDOW), 30, "a window of values")
    await eventually(lambda: received.of(Topic.REGISTRY), 30, "the registry")
    assert received.of(Topic.REGISTRY)[0] == encode_registry()
    await eventually(lambda: any(map(is_whole, received.frames)), 10, "a face inside the picture")
    frame = next(filter(is_whole, received.frames))
    assert frame.key.frame_id > 0 and frame.key.user_timestamp_us > 0
    assert {sender for *_, sender in received.packets} == {None}, "only the hidden sender"
    assert call.patient.received.packets == []


async def test_the_metrics_count_what_is_analysed_and_name_nobody(
    consult: Open, stack: RunningStack
) -> None:
    before = metric_values(stack.metrics())
    call = await consult()
    await call.analysed()

    def grown(name: str, **labels: str) -> float:
        key = (name, *labels.values())
        return metric_values(stack.metrics())[key] - before.get(key, 0)

    def free_slots() -> float:
        return metric_values(stack.metrics())["epedicare_worker_free_slots",]

    await eventually(lambda: free_slots() == CAPACITY - 1, 10, "one slot that is held")
    for name in ("frames_in_total", "frames_analysed_total", "analysis_delay_seconds_count"):
        await eventually(lambda name=name: grown(f"epedicare_{name}") > 0, 5, name)
    await eventually(lambda: grown("epedicare_patients", state="analysing") == 1, 30, "a patient")
    await eventually(
        lambda: metric_values(stack.metrics())["epedicare_live_sessions", "analysing"] == 1,
        5,
        "what the agent does, as the service has heard it",
    )
    told = stack.metrics()
    values = metric_values(told)
    assert values["epedicare_frames_in_total",] == (
        values["epedicare_frames_analysed_total",] + values["epedicare_frames_dropped_total",]
    )
    assert grown("epedicare_landmarker_images_total", model="face") > 0
    assert grown("epedicare_landmarker_seconds_total", model="face") > 0
    assert grown("epedicare_tokens_total", outcome="issued") == 2
    assert call.session_id not in told
    assert call.patient.room.local_participant.identity not in told


async def test_the_agent_is_in_nobodys_list_of_participants(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    for somebody in (call.patient, call.practitioner):
        assert call.agent_identity not in somebody.room.remote_participants
        assert len(somebody.room.remote_participants) == 1
    (agent,) = await call.agents()
    assert agent.identity == call.agent_identity
    grants = agent.permission
    assert grants.hidden and grants.can_subscribe and grants.can_publish_data
    assert not grants.can_publish


async def test_nothing_is_subscribed_before_consent_and_analysis_starts_with_it(
    consult: Open,
) -> None:
    call = await consult(consent=False)
    await eventually(call.agents, 15, "the agent in the room")
    await eventually(
        lambda: pb.AGENT_STATE_WAITING in call.practitioner.received.states, 10, "waiting"
    )
    await asyncio.sleep(2)
    assert call.practitioner.received.frames == []
    assert pb.AGENT_STATE_ANALYSING not in call.practitioner.received.states
    await call.seat.consent()
    assert await call.analysed(10) < 10


async def test_within_a_second_of_a_pause_nothing_is_analysed_despite_an_old_token(
    consult: Open,
) -> None:
    call = await consult()
    await call.analysed()
    old = await call.seat.room_access()
    assert old is not None
    await call.set_paused(True)
    await asyncio.sleep(1)
    known = len(call.practitioner.received.frames)
    await asyncio.sleep(1.5)
    assert len(call.practitioner.received.frames) == known
    await call.patient.leave()
    await call.patient.join(old)
    await call.patient.turn_camera_on()
    await asyncio.sleep(3)
    assert len(call.practitioner.received.frames) == known
    assert call.practitioner.received.states[-1] == pb.AGENT_STATE_PAUSED
    await call.set_paused(False)
    await call.analysed(10)


async def test_a_camera_switched_off_and_on_or_replaced_is_followed(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    for _ in range(3):
        await call.patient.turn_camera_off()
        await asyncio.sleep(0.5)
        await call.patient.turn_camera_on()
        await call.analysed(10)
    tracks = [frame.origin.track for frame in call.practitioner.received.frames]
    assert tracks == sorted(tracks)
    times = [frame.t_ms for frame in call.practitioner.received.frames]
    assert len(set(times)) == len(times), "media time never repeats, whatever the track"


async def test_a_muted_camera_is_not_analysed(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    (publication,) = call.patient.room.local_participant.track_publications.values()
    publication.track.mute()
    await asyncio.sleep(1)
    known = len(call.practitioner.received.frames)
    await asyncio.sleep(1)
    assert len(call.practitioner.received.frames) == known
    publication.track.unmute()
    await call.analysed(10)


async def test_a_patient_who_leaves_and_returns_is_analysed_again(
    consult: Open, stack: RunningStack
) -> None:
    call = await consult()
    await call.analysed()
    await call.patient.leave()
    await asyncio.sleep(1)
    access = await call.seat.room_access()
    assert access is not None
    await call.patient.join(access)
    await call.patient.turn_camera_on()
    await call.analysed(10)
    runs = {frame.origin.run for frame in call.practitioner.received.frames}
    assert len(runs) == 1, "what was learnt of the child is still known"
    assert len(run_files(session_folder(stack.data, call.session_id))) == 1


async def test_a_log_that_is_no_longer_allowed_ends_and_the_analysis_goes_on(
    consult: Open, stack: RunningStack
) -> None:
    call = await consult()
    folder = session_folder(stack.data, call.session_id)
    await call.analysed()
    await call.seat.consent(keeping=False)
    received = call.practitioner.received
    await eventually(
        lambda: received.statuses[-1].keeping == pb.KEEPING_NOT_CONSENTED, 5, "no keeping"
    )
    await call.analysed(5)
    await asyncio.sleep(2)
    await call.seat.consent()
    await eventually(lambda: len(run_files(folder)) == 2, 30, "a second log")
    await call.analysed(5)
    await call.patient.leave()
    await asyncio.sleep(1)
    first, second = read_runs(folder, key_of(stack.data, call.session_id))
    line = Timeline([first, second])
    assert first.log.complete
    (summary,) = [entry.message() for entry in first.log.entries({"/summary"})]
    assert isinstance(summary, pb.Summary)
    assert summary.ended == KEEPING_NOT_ALLOWED
    assert summary.frames == len(list(first.log.entries({"/frame"})))
    assert line.gaps[0].reason == "not_kept"
    assert line.gaps[0].to_ms - line.gaps[0].from_ms > 2000


async def test_another_device_in_the_patients_seat_is_analysed(
    consult: Open, stack: RunningStack, practitioner: Practitioner, tmp_path: Path
) -> None:
    call = await consult()
    await call.analysed()
    (tmp_path / "second").mkdir()
    http, seat = await take_patient_seat(
        stack.url, practitioner, call.session_id, tmp_path / "second"
    )
    await seat.consent()
    await seat.knock()
    await practitioner.admit_when_waiting(call.session_id)
    access = await seat.room_access()
    assert access is not None
    second = Patient(seat, Footage(clips_folder() / TALKING_FACE))
    await second.join(access)
    try:
        await second.turn_camera_on()
        await call.analysed(10)
        assert len(await call.agents()) == 1
    finally:
        await second.leave()
        await http.aclose()


async def test_a_practitioner_who_arrives_late_can_read_everything(
    consult: Open, practitioner_http: httpx2.AsyncClient
) -> None:
    call = await consult()
    await call.analysed()
    await call.practitioner.leave()
    late = Joined()
    await late.join(await practitioner_access(practitioner_http, call.session_id))
    try:
        for topic in (Topic.REGISTRY, Topic.STATUS):
            await eventually(lambda topic=topic: late.received.of(topic), 5, topic)
    finally:
        await late.leave()


async def test_only_a_practitioner_may_steer_the_agent(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    ask = call.practitioner.room.local_participant.perform_rpc
    assert await ask(destination_identity=call.agent_identity, method="mark", payload=MARK) == "ok"
    with pytest.raises(rtc.RpcError) as refused:
        await ask(destination_identity=call.agent_identity, method="mark", payload="x")
    assert refused.value.code == 400
    for nobody in ("nobody", "-1", "4294967296", "9" * 4_000, ""):
        with pytest.raises(rtc.RpcError) as refused:
            await ask(
                destination_identity=call.agent_identity, method="select_person", payload=nobody
            )
        assert refused.value.code == 400
    run = call.practitioner.received.frames[-1].origin.run
    await call.analysed(2)
    assert call.practitioner.received.frames[-1].origin.run == run


async def test_the_agent_takes_nothing_from_the_family(consult: Open, stack: RunningStack) -> None:
    call = await consult()
    await call.analysed()
    family = call.patient.room.local_participant
    await eventually(lambda: family.attributes.get(Attribute.CONFIRMED_FOR), 30, "the chat's grant")
    to = [call.agent_identity]
    for method in Method:
        with pytest.raises(rtc.RpcError) as refused:
            await family.perform_rpc(
                destination_identity=call.agent_identity, method=method, payload=MARK
            )
        assert refused.value.code == 403
    for topic in (*Topic, CHAT_TOPIC, SAID_BY_THE_FAMILY):
        await family.publish_data(b"x" * 1000, topic=topic, destination_identities=to)
        await family.send_text("x" * 100_000, topic=topic, destination_identities=to)
        writer = await family.stream_bytes("x", topic=topic, destination_identities=to)
        await writer.write(b"x" * 100_000)
        await writer.aclose()
    run = call.practitioner.received.frames[-1].origin.run
    await asyncio.sleep(2)
    await call.analysed(5)
    assert call.practitioner.received.frames[-1].origin.run == run
    kinds = [kind.id for kind in encode_registry().events]
    events = call.practitioner.received.of(Topic.EVENT)
    assert "mark" not in [kinds[event.kind] for event in events if isinstance(event, pb.Event)]
    for log in (stack.data / "logs").iterdir():
        assert SAID_BY_THE_FAMILY not in log.read_text(), log.name


async def test_a_second_agent_never_stays(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    (dispatch,) = await call.livekit.agent_dispatch.list_dispatch(call.session_id)
    await call.livekit.agent_dispatch.create_dispatch(
        api.CreateAgentDispatchRequest(
            agent_name=dispatch.agent_name, room=call.session_id, metadata=dispatch.metadata
        )
    )
    await asyncio.sleep(6)
    assert len(await call.agents()) == 1
    await call.analysed(10)


async def test_ten_rooms_at_once_each_get_one_agent_and_do_not_mix(
    consult: Open, stack: RunningStack
) -> None:
    calls = await asyncio.gather(*(consult(camera=False) for _ in range(10)))

    async def beating() -> bool:
        agents = [await call.agents() for call in calls]
        return all(len(a) == 1 and int(a[0].attributes["beat"]) > 0 for a in agents)

    await eventually(beating, 30, "one working agent in each of ten rooms")
    await calls[0].patient.turn_camera_on()
    await calls[0].analysed(15)
    for other in calls[1:]:
        assert other.practitioner.received.frames == []


async def test_an_ended_session_stays_ended(
    consult: Open,
    practitioner: Practitioner,
    practitioner_http: httpx2.AsyncClient,
    stack: RunningStack,
) -> None:
    call = await consult()
    await call.analysed()
    old = await practitioner_access(practitioner_http, call.session_id)
    await practitioner.end(call.session_id)
    await asyncio.sleep(3)
    rooms = await call.livekit.room.list_rooms(api.ListRoomsRequest(names=[call.session_id]))
    assert list(rooms.rooms) == []
    with pytest.raises(rtc.ConnectError):
        await Joined().join(old)
