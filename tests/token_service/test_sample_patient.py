"""The stack's sample patient, on the real service and the real livekit-server."""

import asyncio
from pathlib import Path

import cv2
import httpx2
import numpy as np
import pytest
from livekit import api
from livekit_fixtures import LiveKitServer
from service_fixtures import RunningService

from agent.dev_stack.footage import Footage
from agent.dev_stack.sample_patient import Camera, in_room, take_seat
from agent.dev_stack.seat import RoomAccess, Seat
from agent.errors import NotPlayable

pytestmark = pytest.mark.livekit


async def test_a_start_that_failed_after_taking_the_seat_is_made_good(
    service: RunningService, tmp_path: Path
) -> None:
    practitioner = service.practitioner()
    session_id = practitioner.create(sample=True)
    link = practitioner.invite(session_id)["link"]
    kept_in = tmp_path / "seat.json"
    async with httpx2.AsyncClient(base_url=service.url, trust_env=False) as http:
        await Seat.redeem(http, link, kept_in)
        await take_seat(http, kept_in)
    session = practitioner.client.get(f"/api/v1/sessions/{session_id}").json()
    assert session["patient"]["state"] == "waiting"
    assert session["patient"]["analysis"] == "granted"


async def never() -> None:
    raise AssertionError("nobody paused")


async def test_a_film_that_fails_ends_the_sample_patient(
    livekit_server: LiveKitServer, tmp_path: Path
) -> None:
    """So that it is started again: in the room without a picture it would stay for ever."""
    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    writer.write(np.full((48, 64, 3), 90, np.uint8))
    writer.release()
    camera = Camera(Footage(film))
    film.unlink()
    address = livekit_server.url.replace("ws", "http", 1)
    async with api.LiveKitAPI(address, livekit_server.api_key, livekit_server.api_secret) as lk:
        await lk.room.create_room(api.CreateRoomRequest(name="films"))
    token = (
        api.AccessToken(livekit_server.api_key, livekit_server.api_secret)
        .with_identity("patient")
        .with_grants(api.VideoGrants(room_join=True, room="films"))
        .to_jwt()
    )
    with pytest.raises(NotPlayable):
        async with asyncio.timeout(15):
            await in_room(RoomAccess(livekit_server.url, token), camera, never)
