"""Times for pictures that a container stamps in the order in which they are decoded.

AVI does: where pictures refer to later ones (B-frames), decoded and shown order differ, and each
picture would come with another one's time.
"""

from __future__ import annotations

import heapq

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

STAMPS_AS_DECODED = {"avi"}


class DisplayOrder:
    """The earliest time that was not given yet belongs to the picture that is shown next."""

    def __init__(self) -> None:
        self._waiting: list[int] = []

    def read(self, packet: Packet[VideoStream]) -> None:
        if (time := _time_of(packet)) is not None:
            heapq.heappush(self._waiting, time)

    def lost(self, packet: Packet[VideoStream]) -> None:
        """No picture will come of it."""
        if (time := _time_of(packet)) in self._waiting:
            self._waiting.remove(time)
            heapq.heapify(self._waiting)

    def give_time(self, picture: VideoFrame) -> None:
        if picture.key_frame and picture.pts is not None:  # nothing before it is still to be shown
            while self._waiting and self._waiting[0] < picture.pts:
                heapq.heappop(self._waiting)
        if self._waiting:
            picture.pts = heapq.heappop(self._waiting)


def _time_of(packet: Packet[VideoStream]) -> int | None:
    return packet.dts if packet.pts is None else packet.pts
