"""What a practitioner shows on a shared screen is marked in the log, and never analysed."""

from __future__ import annotations

import asyncio

import pytest
from kept_sessions import key_of
from livekit import rtc
from participants import eventually
from room_fixtures import Consultation, Open
from stack_fixtures import RunningStack

from agent.contract import STIMULUS_OFF, STIMULUS_ON, Topic
from agent.dev_stack.practitioner import Practitioner
from agent.record import session_folder
from agent.record.run import read_runs
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.livekit


class Screen:
    """Red pictures, ten a second."""

    def __init__(self) -> None:
        self.source = rtc.VideoSource(640, 360)
        self.track = rtc.LocalVideoTrack.create_video_track("screen", self.source)

    async def share(self, room: rtc.Room) -> str:
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_SCREENSHARE)
        published = await room.local_participant.publish_track(self.track, options)
        self.showing = asyncio.create_task(self._show())
        return published.sid

    async def _show(self) -> None:
        red = rtc.VideoFrame(640, 360, rtc.VideoBufferType.RGB24, b"\xff\0\0" * (640 * 360))
        while True:
            self.source.capture_frame(red)
            await asyncio.sleep(0.1)


def labels(call: Consultation) -> list[str]:
    events = call.practitioner.received.of(Topic.EVENT)
    return [event.label for event in events if isinstance(event, pb.Event) and event.label]


async def test_a_shared_screen_is_marked_where_it_begins_and_ends_and_nobody_analyses_it(
    consult: Open, stack: RunningStack, practitioner: Practitioner
) -> None:
    call = await consult()
    await call.analysed()
    room = call.practitioner.room
    received_by: list[str] = []
    room.on("local_track_subscribed", lambda track: received_by.append(track.sid))
    me = room.local_participant
    await eventually(lambda: me.attributes.get("confirmed_for"), 30, "confirmed")
    screen = Screen()
    sid = await screen.share(room)
    await eventually(lambda: labels(call) == [STIMULUS_ON], 30, "the beginning")
    await call.analysed()

    await call.set_paused(True)
    headers = {"Authorization": f"Bearer {call.credential}"}
    path = f"/api/v1/sessions/{call.session_id}/analysis"
    (await call.patient_http.put(path, json={"paused": False}, headers=headers)).raise_for_status()
    await call.analysed()
    await me.unpublish_track(sid)
    screen.showing.cancel()
    await eventually(lambda: labels(call) == [STIMULUS_ON, STIMULUS_OFF], 30, "the end")
    assert received_by == [], "neither the agent nor the patient, who asked for nothing, took it"

    again = Screen()
    await again.share(room)
    await eventually(lambda: labels(call)[2:] == [STIMULUS_ON], 30, "it begins again")
    again.showing.cancel()
    await call.practitioner.leave()
    await practitioner.end(call.session_id)
    folder = session_folder(stack.data, call.session_id)
    key = key_of(stack.data, call.session_id)

    def in_log() -> list[str]:
        entries = [entry for run in read_runs(folder, key) for entry in run.log.entries({"/event"})]
        events = [entry.message() for entry in entries]
        return [event.label for event in events if isinstance(event, pb.Event) and event.label]

    marks = [STIMULUS_ON, STIMULUS_OFF, STIMULUS_ON, STIMULUS_OFF]
    await eventually(lambda: in_log() == marks, 20, "also where whoever shared has left")
