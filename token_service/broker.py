"""Tells open event streams that a session has changed, and keeps what they all are shown."""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.http.problems import TooManyTries
from token_service.authorisation import Who
from token_service.replicas import Replicas

STREAMS_PER_CALLER = 8
STREAMS_PER_SESSION = 64
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Look:
    """Of one login."""

    who: Who
    sure_until: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as it is now, read once for everybody who listens."""

    views: Mapping[Who, str]  # JSON
    over: bool
    patient_identity: str
    logins: Mapping[str, Look]  # which may look


Read = Callable[[str], Awaitable[Shown | None]]


class _Channel:
    """One session's listeners."""

    def __init__(self) -> None:
        self.version = 0
        self.listeners: dict[Listener, str] = {}
        self.shown: tuple[int, Shown | None] = (-1, None)
        self.reading = asyncio.Lock()


class Bell(ABC):
    """Rings at every change, from the moment that it was made."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def ring(self) -> None:
        self._changed.set()

    async def changed(self, within_s: float | None = None) -> bool:
        """False: not within that time. Without one, it waits."""
        try:
            await asyncio.wait_for(self._changed.wait(), within_s)
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    @abstractmethod
    def close(self) -> None: ...


class Listener(Bell):
    """Of one session."""

    def __init__(self, broker: "Broker", session_id: str) -> None:
        super().__init__()
        self._broker = broker
        self._session_id = session_id

    async def shown(self) -> Shown | None:
        """None when there is no such session any more."""
        return await self._broker.shown(self._session_id)

    def look_again(self) -> None:
        """Time alone may have changed who may look."""
        self._broker.look_again(self._session_id)

    def close(self) -> None:
        self._broker.forget(self._session_id, self)


class LoginListener(Bell):
    """Hears when somebody has signed in or out."""

    def __init__(self, broker: "Broker") -> None:
        super().__init__()
        self._broker = broker

    def close(self) -> None:
        self._broker.forget_logins(self)


class Broker:
    def __init__(self, read: Read, replicas: Replicas) -> None:
        self._read = read
        self._replicas = replicas
        self._channels: dict[str, _Channel] = {}
        self._logins: dict[LoginListener, str] = {}
        replicas.on("changed", self.look_again)
        replicas.on("all changed", self.all_look_again)
        replicas.on_missed(self.all_look_again)

    def changed(self, session_id: str) -> None:
        self._replicas.tell("changed", session_id)

    def all_changed(self) -> None:
        """Who may look has changed, whatever they look at."""
        self._replicas.tell("all changed")

    def look_again(self, session_id: str) -> None:
        channel = self._channels.get(session_id)
        if channel is None:
            return
        channel.version += 1
        for listener in channel.listeners:
            listener.ring()

    def all_look_again(self) -> None:
        """Here; other services have their own word of it."""
        for session_id in self._channels:
            self.look_again(session_id)
        for listener in self._logins:
            listener.ring()

    def listen(self, session_id: str, caller: str) -> Listener:
        """To be closed by whoever asked for it."""
        channel = self._channels.setdefault(session_id, _Channel())
        if (
            len(channel.listeners) >= STREAMS_PER_SESSION
            or Counter(channel.listeners.values())[caller] >= STREAMS_PER_CALLER
        ):
            raise _too_many()
        listener = Listener(self, session_id)
        channel.listeners[listener] = caller
        return listener

    def forget(self, session_id: str, listener: Listener) -> None:
        channel = self._channels.get(session_id)
        if channel is not None:
            channel.listeners.pop(listener, None)
            if not channel.listeners:
                del self._channels[session_id]

    def listen_to_logins(self, login_id: str) -> "LoginListener":
        """To be closed by whoever asked for it."""
        if Counter(self._logins.values())[login_id] >= STREAMS_PER_CALLER:
            raise _too_many()
        listener = LoginListener(self)
        self._logins[listener] = login_id
        return listener

    def forget_logins(self, listener: "LoginListener") -> None:
        self._logins.pop(listener, None)

    async def shown(self, session_id: str) -> Shown | None:
        channel = self._channels[session_id]
        async with channel.reading:
            version, shown = channel.shown
            if version != channel.version:
                version = channel.version  # a change while it is read is read again
                shown = await self._read(session_id)
                channel.shown = (version, shown)
            return shown


def _too_many() -> TooManyTries:
    return TooManyTries(
        "too-many-streams", "Too many pages look at this. Close some.", retry_after_s=RETRY_AFTER_S
    )
