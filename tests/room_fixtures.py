"""A live consultation between real participants on the real stack."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from livekit import api, rtc
from participants import Joined, Patient, eventually, practitioner_access, take_patient_seat
from stack_fixtures import RunningStack

from agent.contract import agent_identity
from agent.dev_stack.footage import Footage
from agent.dev_stack.practitioner import Practitioner
from agent.dev_stack.seat import Seat
from models.clips import clips_folder

TALKING_FACE = "WolfgangLanger_Pexels.mp4"


@dataclass
class Consultation:
    session_id: str
    seat: Seat
    credential: str
    patient_http: httpx2.AsyncClient
    patient: Patient
    practitioner: Joined
    livekit: api.LiveKitAPI

    @property
    def agent_identity(self) -> str:
        return agent_identity(self.session_id)

    async def set_paused(self, paused: bool) -> None:
        """As the patient's page does; returns when the service has confirmed."""
        answer = await self.patient_http.put(
            f"/api/v1/sessions/{self.session_id}/analysis",
            json={"paused": paused},
            headers={"Authorization": f"Bearer {self.credential}"},
        )
        answer.raise_for_status()

    async def agents(self) -> list[api.ParticipantInfo]:
        request = api.ListParticipantsRequest(room=self.session_id)
        listed = (await self.livekit.room.list_participants(request)).participants
        return [someone for someone in listed if someone.permission.agent]

    async def analysed(self, within_s: float = 15.0) -> float:
        """Seconds until a new frame's result reaches the practitioner."""
        known = len(self.practitioner.received.frames)
        return await eventually(
            lambda: len(self.practitioner.received.frames) > known, within_s, "a result"
        )


Open = Callable[..., Coroutine[Any, Any, Consultation]]


@pytest.fixture
async def consult(
    stack: RunningStack,
    practitioner_http: httpx2.AsyncClient,
    practitioner: Practitioner,
    livekit_api: api.LiveKitAPI,
    tmp_path: Path,
) -> AsyncIterator[Open]:
    """Opens consultations: both admitted and joined, the camera on where asked."""
    async with AsyncExitStack() as closing:

        async def open_consultation(
            *, consent: bool = True, camera: bool = True, clip: str | Path = TALKING_FACE
        ) -> Consultation:
            session_id = await practitioner.create_session(sample=False)
            closing.push_async_callback(practitioner.end, session_id)
            http, seat = await take_patient_seat(stack.url, practitioner, session_id, tmp_path)
            closing.push_async_callback(http.aclose)
            if consent:
                await seat.consent()
            await seat.knock()
            await practitioner.admit_when_waiting(session_id)
            doctor, patient = Joined(), Patient(seat, Footage(clips_folder() / clip))
            await doctor.join(await practitioner_access(practitioner_http, session_id))
            closing.push_async_callback(doctor.leave)
            access = await seat.room_access()
            assert access is not None
            await patient.join(access)
            closing.push_async_callback(patient.leave)
            if camera:
                await patient.turn_camera_on()
            credential = json.loads((tmp_path / session_id).read_text())["credential"]
            return Consultation(session_id, seat, credential, http, patient, doctor, livekit_api)

        yield open_consultation


def publications_of(room: rtc.Room, identity: str) -> list[rtc.RemoteTrackPublication]:
    return list(room.remote_participants[identity].track_publications.values())
