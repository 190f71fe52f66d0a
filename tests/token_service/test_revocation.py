"""Whoever was signed out or denied receives nothing with a token that has not run out yet."""

import asyncio
from collections.abc import AsyncIterator

import jwt
import pytest
from livekit import rtc
from livekit_fixtures import LiveKitServer
from participants import eventually
from service_fixtures import Patient, Practitioner, RunningService, admitted

pytestmark = pytest.mark.livekit

REJOINS = 12
WIDTH, HEIGHT = 320, 240


@pytest.fixture
def consultation(live_service: RunningService) -> tuple[Practitioner, Patient]:
    return admitted(live_service)


class Visitor:
    """Somebody with a token, and whatever reached them."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self.token = token
        self.room = rtc.Room()
        self.received: list[str] = []

    async def join(self) -> None:
        self.room = rtc.Room()
        self.room.on("track_subscribed", lambda *_: self.received.append("track"))
        self.room.on("data_received", lambda _: self.received.append("data"))
        await self.room.connect(self._url, self.token)

    async def leave(self) -> None:
        await self.room.disconnect()


@pytest.fixture
async def visitors(
    consultation: tuple[Practitioner, Patient], livekit_server: LiveKitServer
) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """The practitioner and the patient, with the tokens that they have now."""
    practitioner, patient = consultation
    there = (
        Visitor(livekit_server.url, practitioner.token(patient.session)),
        Visitor(livekit_server.url, patient.token()),
    )
    yield there
    for visitor in there:
        await visitor.leave()


def send_only_to_confirmed(room: rtc.Room) -> None:
    """As the pages do (`publishToConfirmed`)."""

    def allow(*_: object) -> None:
        room.local_participant.set_track_subscription_permissions(
            allow_all_participants=False,
            participant_permissions=[
                rtc.ParticipantTrackPermission(participant_identity=other.identity, allow_all=True)
                for other in room.remote_participants.values()
                if other.attributes.get("confirmed_for") == other.sid
            ],
        )

    for event in ("participant_connected", "participant_disconnected"):
        room.on(event, allow)
    room.on("participant_attributes_changed", allow)
    allow()


async def film(room: rtc.Room) -> None:
    """A camera, until it is cancelled."""
    source = rtc.VideoSource(WIDTH, HEIGHT)
    track = rtc.LocalVideoTrack.create_video_track("camera", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=False)
    await room.local_participant.publish_track(track, options)
    pixels = bytes(WIDTH * HEIGHT * 3 // 2)
    while True:
        source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, pixels))
        await asyncio.sleep(1 / 20)


async def rejoin_again_and_again(visitor: Visitor) -> int:
    joined = 0
    for _ in range(REJOINS):
        try:
            await visitor.join()
        except rtc.ConnectError:
            continue
        joined += 1
        await asyncio.sleep(0.2)
        await visitor.leave()
    return joined


async def receives_nothing_by_rejoining(visitor: Visitor) -> None:
    visitor.received.clear()
    assert await rejoin_again_and_again(visitor) > 0, "livekit itself lets the token in"
    assert visitor.received == []


async def test_a_signed_out_practitioner_receives_nothing_with_the_old_token(
    consultation: tuple[Practitioner, Patient], visitors: tuple[Visitor, Visitor]
) -> None:
    practitioner, _ = consultation
    theirs, mine = visitors
    await mine.join()
    filming = asyncio.create_task(film(mine.room))
    await theirs.join()
    await eventually(lambda: theirs.received == ["track"], 30, "the picture, once confirmed")
    practitioner.client.post("/api/v1/sign-out", json={}).raise_for_status()
    await eventually(lambda: not theirs.room.isconnected(), 30, "out of the room")

    await receives_nothing_by_rejoining(theirs)
    filming.cancel()


async def test_a_denied_patient_receives_nothing_with_the_old_token(
    consultation: tuple[Practitioner, Patient], visitors: tuple[Visitor, Visitor]
) -> None:
    practitioner, patient = consultation
    theirs, mine = visitors
    await theirs.join()
    await eventually(
        lambda: (
            theirs.room.local_participant.attributes.get("confirmed_for")
            == theirs.room.local_participant.sid
        ),
        3,
        "confirmed",
    )
    filming = asyncio.create_task(film(theirs.room))
    await mine.join()
    await eventually(lambda: mine.received == ["track"], 30, "the picture, once confirmed")
    practitioner.deny(patient.session)
    await eventually(lambda: not mine.room.isconnected(), 30, "out of the room")

    await receives_nothing_by_rejoining(mine)
    filming.cancel()


async def test_a_token_that_livekit_renewed_brings_a_signed_out_practitioner_nothing(
    consultation: tuple[Practitioner, Patient], visitors: tuple[Visitor, Visitor]
) -> None:
    """Livekit writes what was granted by then into the tokens that it renews."""
    practitioner, _ = consultation
    theirs, mine = visitors
    await mine.join()
    send_only_to_confirmed(mine.room)
    filming = asyncio.create_task(film(mine.room))
    await theirs.join()
    await eventually(lambda: theirs.received == ["track"], 30, "the picture, once confirmed")
    await eventually(lambda: may_subscribe(theirs.room._token), 30, "a renewed token")
    practitioner.client.post("/api/v1/sign-out", json={}).raise_for_status()
    await eventually(lambda: not theirs.room.isconnected(), 30, "out of the room")

    theirs.token = theirs.room._token or ""
    await receives_nothing_by_rejoining(theirs)
    filming.cancel()


def may_subscribe(token: str | None) -> bool:
    claims = jwt.decode(token or "", options={"verify_signature": False})
    return claims["video"].get("canSubscribe") is True
