"""The sample patient: a video file played as a patient's camera, from the invite to the room.

    python -m agent.dev_stack.sample_patient SERVICE_URL VIDEO SEAT_FILE

The one-time invite link comes in EPEDICARE_SAMPLE_INVITE; SEAT_FILE keeps the seat, so that a
sample patient who is started again takes the same one. Ends when the session has ended.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path

import httpx2
from livekit import rtc

from agent.contract import Analysis, Attribute
from agent.dev_stack.footage import I420, Footage
from agent.dev_stack.seat import RoomAccess, Seat
from agent.errors import SessionOver

INVITE_VARIABLE = "EPEDICARE_SAMPLE_INVITE"
ADMISSION_PAUSE_S = 0.5
REJOIN_PAUSE_S = 1.0
RESUMES_AFTER_S = 10  # nobody is there to do so

log = logging.getLogger("sample-patient")


class Camera:
    """Goes on across rooms: neither the picture nor the frame numbers start again."""

    def __init__(self, footage: Footage) -> None:
        self._footage = footage
        self._frames: Iterator[I420] = footage.frames()
        self._ids = count(1)

    async def publish(self, room: rtc.Room) -> rtc.VideoSource:
        source = rtc.VideoSource(self._footage.width, self._footage.height)
        track = rtc.LocalVideoTrack.create_video_track("camera", source)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_CAMERA,
            simulcast=False,
            video_codec=rtc.VideoCodec.VP8,
            frame_metadata_features=[
                rtc.FrameMetadataFeature.FMF_USER_TIMESTAMP,
                rtc.FrameMetadataFeature.FMF_FRAME_ID,
            ],
        )
        await room.local_participant.publish_track(track, options)
        return source

    async def play(self, source: rtc.VideoSource) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for pixels in self._frames:
            source.capture_frame(
                rtc.VideoFrame(
                    self._footage.width,
                    self._footage.height,
                    rtc.VideoBufferType.I420,
                    pixels.tobytes(),
                ),
                metadata=rtc.FrameMetadata(
                    user_timestamp=time.time_ns() // 1000, frame_id=next(self._ids)
                ),
            )
            # After a hold-up the picture goes on from now; it does not rush to catch up.
            due = max(due + 1 / self._footage.hz, loop.time())
            await asyncio.sleep(due - loop.time())


async def resume_pauses(room: rtc.Room, resume: Callable[[], Awaitable[None]]) -> None:
    paused_s = 0
    while True:
        await asyncio.sleep(1)
        is_paused = room.local_participant.attributes.get(Attribute.ANALYSIS) == Analysis.PAUSED
        paused_s = paused_s + 1 if is_paused else 0
        if paused_s >= RESUMES_AFTER_S:
            await resume()


async def in_room(
    access: RoomAccess, camera: Camera, resume: Callable[[], Awaitable[None]]
) -> None:
    """Joins and plays until the room is left for whatever reason. Raises what ends the film."""
    room = rtc.Room()
    left = asyncio.Event()
    room.on("disconnected", lambda reason: left.set())
    await room.connect(access.url, access.token, rtc.RoomOptions(auto_subscribe=False))
    log.info("joined")
    tasks = [
        asyncio.create_task(camera.play(await camera.publish(room))),
        asyncio.create_task(resume_pauses(room, resume)),
        asyncio.create_task(left.wait()),
    ]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await room.disconnect()


async def take_seat(http: httpx2.AsyncClient, seat_file: Path) -> Seat:
    """Consents and knocks also from a kept seat: an earlier start may not have come so far."""
    if seat_file.exists():
        seat = Seat.kept(http, seat_file)
    else:
        seat = await Seat.redeem(http, os.environ[INVITE_VARIABLE], seat_file)
    await seat.consent()
    await seat.knock()
    return seat


async def admitted(seat: Seat) -> RoomAccess:
    while True:
        access = await seat.room_access()
        if access is not None:
            return access
        await asyncio.sleep(ADMISSION_PAUSE_S)


async def attend(service_url: str, footage: Footage, seat_file: Path) -> None:
    camera = Camera(footage)
    async with httpx2.AsyncClient(base_url=service_url, trust_env=False) as http:
        seat = await take_seat(http, seat_file)
        while True:
            try:
                await in_room(await admitted(seat), camera, seat.resume)
                log.info("the room was left; joining again")
            except SessionOver:
                log.info("the session has ended")
                return
            except (httpx2.HTTPError, rtc.ConnectError) as error:
                log.warning("cannot join yet: %s", error)
            await asyncio.sleep(REJOIN_PAUSE_S)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # Its lines name every address that it asks.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    service_url, video, seat_file = sys.argv[1:]
    asyncio.run(attend(service_url, Footage(Path(video)), Path(seat_file)))


if __name__ == "__main__":
    main()
