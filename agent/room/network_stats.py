"""The patient's video stream as the network delivered it, and what the agent sent back."""

from __future__ import annotations

import logging

from livekit import rtc

from agent.wire.generated import analysis_pb2 as pb
from agent.wire.timing import timing_now

logger = logging.getLogger(__name__)


async def network_stats(room: rtc.Room, t_ms: int) -> pb.NetworkStats | None:
    """None while the room is not connected."""
    try:
        stats = await room.get_rtc_stats()
    except RuntimeError as error:
        logger.debug("no network statistics: %s", error)
        return None
    message = pb.NetworkStats(t_ms=t_ms, timing=timing_now())
    for entry in stats.subscriber_stats:
        if entry.HasField("inbound_rtp") and entry.inbound_rtp.stream.kind == "video":
            received, inbound = entry.inbound_rtp.received, entry.inbound_rtp.inbound
            message.packets_received = received.packets_received
            message.packets_lost = max(0, received.packets_lost)
            message.jitter_ms = received.jitter * 1000
            message.bytes_received = inbound.bytes_received
            message.frames_decoded = inbound.frames_decoded
            message.frames_dropped = inbound.frames_dropped
    for entry in (*stats.publisher_stats, *stats.subscriber_stats):
        if entry.HasField("candidate_pair") and entry.candidate_pair.candidate_pair.nominated:
            pair = entry.candidate_pair.candidate_pair
            message.bytes_sent += pair.bytes_sent
            message.round_trip_ms = max(message.round_trip_ms, pair.current_round_trip_time * 1000)
    return message
