"""The shell around the analysis when something in it, or the disk, fails."""

import asyncio
from pathlib import Path

import pytest
from livekit import rtc

from agent.room.camera_feed import CameraFeed
from agent.room.capacity import AnalysisSlots
from agent.room.follower import CameraFollower

pytestmark = pytest.mark.unit


async def test_a_broken_analysis_is_told_and_does_not_stop_the_closing(tmp_path: Path) -> None:
    failures: list[str] = []

    async def broken(_: CameraFeed) -> None:
        raise RuntimeError("broken on purpose")

    slots = AnalysisSlots(tmp_path, 1)
    follower = CameraFollower(rtc.Room(), "patient", slots, lambda: True, broken, failures.append)
    assert slots.acquire()
    camera = rtc.LocalVideoTrack.create_video_track("camera", rtc.VideoSource(64, 64))
    follower._start_feed(camera)
    await asyncio.sleep(0.1)
    assert failures == ["analysing failed"]
    await follower.aclose()
    assert AnalysisSlots(tmp_path, 1).acquire(), "the slot was given back"


@pytest.mark.parametrize("turns", range(8))  # of the loop before whoever closes is cancelled
async def test_a_closing_that_was_cancelled_can_be_done_again(turns: int) -> None:
    """Else the job ends without its summary: it closes while the camera is being followed."""
    source = rtc.VideoSource(64, 64)
    feed = CameraFeed(rtc.LocalVideoTrack.create_video_track("camera", source), 1, pytest.fail)
    closing = asyncio.create_task(feed.aclose())
    for _ in range(turns):
        await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    await feed.aclose()


def test_each_process_has_one_slot_and_there_are_so_many(tmp_path: Path) -> None:
    first, second, third = (AnalysisSlots(tmp_path / "slots", 2) for _ in range(3))
    assert first.acquire() and first.acquire() and second.acquire()
    assert not third.acquire()
    first.release()
    assert third.acquire()


def test_a_disk_that_takes_no_slot_does_not_stop_the_analysis(tmp_path: Path) -> None:
    (tmp_path / "slots").touch()  # nothing can be made in a folder that is a file
    slots = AnalysisSlots(tmp_path / "slots", 1)
    assert slots.acquire() and slots.acquire()
    slots.release()
