"""The stack's own practitioner: opens sessions and admits the sample patient, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from agent.contract import ORIGIN_KEY_HEADER
from agent.errors import CannotStart

LOOK_EVERY_S = 0.25

Session = dict[str, Any]


class Practitioner:
    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def sign_in(self, secret: str) -> None:
        """With the cookie in hand: behind a public https it is not for the plain http of this
        machine, which is what is spoken here."""
        opened = await self._post("/api/v1/sign-in", {"secret": secret})
        self._is_signed_in(opened["key"])

    async def sign_in_as(self, person: str) -> None:
        """At the made-up provider: from page to page, as a browser goes."""
        answer = await self._http.get("/api/v1/sign-in/start")
        while (place := answer.headers.get("location")) is not None:
            address = answer.url.join(place)
            if address.fragment:
                break
            is_question = address.path.startswith("/interaction/")
            answer = await (
                self._http.post(address, data={"login": person})
                if is_question
                else self._http.get(address)
            )
        else:
            raise CannotStart(f"the sign-in stopped at an answer {answer.status_code}")
        said, _, key = address.fragment.partition("=")
        if said != "signed-in":
            raise CannotStart(f"the sign-in came to nothing: {said}")
        self._is_signed_in(key)

    def _is_signed_in(self, key: str) -> None:
        cookies = self._http.cookies.jar
        self._http.headers["Cookie"] = "; ".join(f"{one.name}={one.value}" for one in cookies)
        self._http.headers[ORIGIN_KEY_HEADER] = key

    async def create_session(self, *, sample: bool) -> str:
        session = await self._post("/api/v1/sessions", {"sample": sample})
        return str(session["id"])

    async def invite(self, session_id: str) -> str:
        invite = await self._post(f"/api/v1/sessions/{session_id}/invites", {})
        return str(invite["link"])

    async def session(self, session_id: str) -> Session:
        answer = await self._http.get(f"/api/v1/sessions/{session_id}")
        answer.raise_for_status()
        session: Session = answer.json()
        return session

    async def admit_when_waiting(self, session_id: str) -> None:
        while (await self.session(session_id))["patient"]["state"] != "waiting":
            await asyncio.sleep(LOOK_EVERY_S)
        await self._post(f"/api/v1/sessions/{session_id}/admit", {})

    async def followed(self, session_id: str) -> None:
        """The agent is there: it analyses, or waits for a practitioner to join."""
        while (await self.session(session_id))["agent"]["state"] not in ("analysing", "alone"):
            await asyncio.sleep(LOOK_EVERY_S)

    async def end(self, session_id: str) -> None:
        await self._post(f"/api/v1/sessions/{session_id}/end", {})

    async def end_samples_left_over(self) -> None:
        """A stack that was killed could not end its sample session."""
        async for session in self._sessions():
            if session["sample"] and session["state"] not in ("ended", "expired"):
                await self.end(session["id"])

    async def _sessions(self) -> AsyncIterator[Session]:
        after: dict[str, str] = {}
        while True:
            answer = await self._http.get("/api/v1/sessions", params=after)
            answer.raise_for_status()
            page = answer.json()
            for session in page["sessions"]:
                yield session
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    async def _post(self, path: str, body: dict[str, object]) -> Session:
        answer = await self._http.post(path, json=body)
        if answer.is_error:
            raise CannotStart(f"the token service refused {path}: {answer.status_code}")
        fields: Session = answer.json() if answer.content else {}
        return fields
