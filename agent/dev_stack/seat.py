"""A patient's seat over HTTP, as the patient's page takes and uses it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from agent.errors import SessionOver

NOT_YET = 409
OVER = 410


@dataclass(frozen=True, slots=True)
class RoomAccess:
    url: str
    token: str


class Seat:
    def __init__(self, http: httpx2.AsyncClient, session_id: str, credential: str) -> None:
        self._http = http
        self._session = f"/api/v1/sessions/{session_id}"
        self._authorization = {"Authorization": f"Bearer {credential}"}

    @classmethod
    async def redeem(cls, http: httpx2.AsyncClient, link: str, kept_in: Path) -> "Seat":
        """Takes the seat that the one-time link is for, and keeps it for a later start."""
        answer = await http.post("/api/v1/invites/redeem", json={"secret": urlsplit(link).fragment})
        answer.raise_for_status()
        seat = answer.json()
        with open(os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(seat, file)
        return cls(http, **seat)

    @classmethod
    def kept(cls, http: httpx2.AsyncClient, kept_in: Path) -> "Seat":
        return cls(http, **json.loads(kept_in.read_text()))

    async def consent(self, *, keeping: bool = True) -> None:
        """To the analysis, and to keeping it unless that is refused."""
        text = await self._http.get("/api/v1/consent-text", params={"language": "en"})
        text.raise_for_status()
        consent = {
            "live_analysis": True,
            "keeping": keeping,
            "research_use": False,
            "text_version": text.json()["version"],
            "language": "en",
            "given_by": "guardian",
            "child_assent": None,
        }
        answer = await self._http.put(
            f"{self._session}/analysis", json={"consent": consent}, headers=self._authorization
        )
        answer.raise_for_status()

    async def resume(self) -> None:
        """The analysis, after a pause; only the family may."""
        answer = await self._http.put(
            f"{self._session}/analysis", json={"paused": False}, headers=self._authorization
        )
        answer.raise_for_status()

    async def knock(self) -> None:
        answer = await self._http.post(
            f"{self._session}/knock", json={}, headers=self._authorization
        )
        answer.raise_for_status()

    async def room_access(self) -> RoomAccess | None:
        """None: not admitted yet."""
        answer = await self._http.post("/api/v1/token", json={}, headers=self._authorization)
        if answer.status_code == NOT_YET:
            return None
        if answer.status_code == OVER:
            raise SessionOver
        answer.raise_for_status()
        access = answer.json()
        return RoomAccess(access["server_url"], access["participant_token"])
