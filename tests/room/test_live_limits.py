"""Where a consultation's analysis ends: the machine's capacity, the one camera, the session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from kept_sessions import key_of
from livekit import rtc
from participants import eventually
from room_fixtures import Open
from stack_fixtures import CAPACITY, RunningStack

from agent.dev_stack.practitioner import Practitioner
from agent.record import LogReader, run_files, session_folder
from agent.room.capacity import AnalysisSlots
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.livekit


@pytest.fixture
def all_slots_taken(stack: RunningStack) -> Iterator[ExitStack]:
    """As by job processes that analyse as many patients as this machine may."""
    with ExitStack() as taken:
        for _ in range(CAPACITY):
            slots = AnalysisSlots(stack.data / "slots", CAPACITY)
            assert slots.acquire()
            taken.callback(slots.release)
        yield taken


async def test_a_patient_beyond_capacity_is_attached_and_analysed_when_there_is_room(
    consult: Open, all_slots_taken: ExitStack
) -> None:
    call = await consult()
    received = call.practitioner.received
    await eventually(
        lambda: pb.AGENT_STATE_NO_CAPACITY in received.states, 15, "that there is no capacity"
    )
    assert len(await call.agents()) == 1
    assert received.frames == []
    all_slots_taken.close()
    await call.analysed(10)
    await eventually(
        lambda: received.states[-1] == pb.AGENT_STATE_ANALYSING, 3, "that it is analysing"
    )


async def test_a_second_camera_is_ignored(consult: Open) -> None:
    call = await consult()
    await call.analysed()
    first = call.practitioner.received.frames[-1].origin.track
    second = rtc.VideoSource(320, 240)
    track = rtc.LocalVideoTrack.create_video_track("second camera", second)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA)
    await call.patient.room.local_participant.publish_track(track, options)
    grey = rtc.VideoFrame(320, 240, rtc.VideoBufferType.I420, bytes([128]) * (320 * 240 * 3 // 2))
    for _ in range(20):
        second.capture_frame(grey)
        await call.analysed(2)
    later = call.practitioner.received.frames[-20:]
    assert {frame.origin.track for frame in later} == {first}
    assert 320 not in {frame.width for frame in later}


@pytest.mark.parametrize("again", range(4))  # what comes first when a room goes is chance
async def test_the_job_ends_with_the_session_and_leaves_a_summary(
    again: int, consult: Open, practitioner: Practitioner, stack: RunningStack
) -> None:
    call = await consult()
    await call.analysed()
    job = stack.analysing_job()
    await practitioner.end(call.session_id)
    await eventually(lambda: not job.is_running(), 30, "the end of the job's process")
    (run,) = run_files(session_folder(stack.data, call.session_id))
    (summary,) = (
        entry.message()
        for entry in LogReader(run, key_of(stack.data, call.session_id)).entries({"/summary"})
    )
    assert isinstance(summary, pb.Summary)
    assert summary.frames >= len(call.practitioner.received.frames)
    assert summary.ended
