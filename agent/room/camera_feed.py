"""From a LiveKit video track to the newest upright frame."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import cv2
import numpy as np
from livekit import rtc

from agent.observation import Frame, FrameKey, Receipt
from agent.room.background_task import run_in_background

CLOSE_TIMEOUT_S = 2.0

UPRIGHT: tuple[int, int | None] = (0, None)
_TURN: dict[object, tuple[int, int | None]] = {
    rtc.VideoRotation.VIDEO_ROTATION_90: (90, cv2.ROTATE_90_CLOCKWISE),
    rtc.VideoRotation.VIDEO_ROTATION_180: (180, cv2.ROTATE_180),
    rtc.VideoRotation.VIDEO_ROTATION_270: (270, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


def upright_frame(event: rtc.VideoFrameEvent, track: int, receipt: Receipt) -> Frame:
    image = np.frombuffer(event.frame.data, np.uint8).reshape(
        event.frame.height, event.frame.width, 3
    )
    rotation_deg, turn = _TURN.get(event.rotation, UPRIGHT)
    if turn is not None:
        image = np.asarray(cv2.rotate(image, turn), np.uint8)
    return Frame(
        image=image,
        media_us=event.timestamp_us,
        key=_key(event),
        rotation_deg=rotation_deg,
        track=track,
        receipt=receipt,
    )


def _key(event: rtc.VideoFrameEvent) -> FrameKey | None:
    metadata = event.metadata
    if metadata is None or not metadata.user_timestamp:
        return None
    return FrameKey(metadata.user_timestamp, metadata.frame_id)


class CameraFeed:
    """Newest frame wins: a frame that nobody fetched in time is gone, and its number with it."""

    def __init__(
        self, track: rtc.Track, track_number: int, on_failure: Callable[[str], None]
    ) -> None:
        self.received = 0
        self.last_frame_s = time.monotonic()
        self._track_number = track_number
        self._stream = rtc.VideoStream(track, capacity=1, format=rtc.VideoBufferType.RGB24)
        self._newest: tuple[rtc.VideoFrameEvent, Receipt] | None = None
        self._arrived = asyncio.Event()
        self._pump = run_in_background(self._receive(), "receiving the camera", on_failure)

    async def _receive(self) -> None:
        async for event in self._stream:
            self.received += 1
            self.last_frame_s = time.monotonic()
            self._newest = event, Receipt(self.last_frame_s, self.received)
            self._arrived.set()

    async def frames(self) -> AsyncIterator[Frame]:
        """Endless: the stream does not tell its end, so whoever iterates is cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            newest, self._newest = self._newest, None
            if newest is not None:
                event, receipt = newest
                yield upright_frame(event, self._track_number, receipt)

    async def aclose(self) -> None:
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                # A close that was cancelled has cancelled the stream's task, which the next close
                # awaits: gathered, that does not cancel whoever closes.
                await asyncio.gather(self._stream.aclose(), return_exceptions=True)
