"""A container's pictures in the order in which they are shown; what is damaged is counted."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from agent.offline.container import UNREADABLE
from agent.offline.display_order import STAMPS_AS_DECODED, DisplayOrder


class Decoder:
    """Iterate once over `pictures`."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.damaged = 0  # packets that could not be decoded
        self._container = container
        self._stream = stream
        as_decoded = container.format.name in STAMPS_AS_DECODED
        self._order = DisplayOrder() if as_decoded else None

    def pictures(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.EOFError):
                return
            except UNREADABLE:
                self.damaged += 1
                continue
            yield from self._decoded(packet)

    def _decoded(self, packet: av.Packet[VideoStream]) -> Iterator[VideoFrame]:
        if self._order is not None:
            self._order.read(packet)
        try:
            pictures = packet.decode()
        except av.error.EOFError:
            return
        except UNREADABLE:
            self.damaged += 1
            if self._order is not None:
                self._order.lost(packet)
            return
        for picture in pictures:
            if self._order is not None:
                self._order.give_time(picture)
            yield picture
