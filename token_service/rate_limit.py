"""Counts what somebody does without keeping who it is."""

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil

from agent.http.problems import TooManyTries
from token_service.replicas import Replicas

REMEMBERED = 10_000


class RateLimit:
    """At most `times` in `window_s`. Names and addresses are kept as keyed digests, in memory."""

    def __init__(
        self, times: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._times = times
        self._window_s = window_s
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._counted: OrderedDict[str, deque[float]] = OrderedDict()
        self._tell: Callable[[str, str], None] = lambda _, __: None

    def share(self, name: str, key: bytes, replicas: Replicas) -> None:
        """Counts together with all services that have the same key."""
        self._key = key
        replicas.on(f"counted {name}", self._count)
        replicas.on(f"not counted {name}", self._uncount)
        self._tell = lambda what, who: replicas.tell_others(f"{what} {name}", who)

    def wait_s(self, who: str) -> int:
        """Seconds until the next time; 0 when it may be now."""
        recent = self._recent(self._digest(who))
        if len(recent) < self._times:
            return 0
        return max(1, ceil(recent[0] + self._window_s - self._clock()))

    def take(self, who: str) -> None:
        """Counted before it is done, so that what is done at the same time counts too."""
        wait_s = self.wait_s(who)
        if wait_s:
            raise TooManyTries(
                "too-many-tries", "Too many tries. Wait, then try again.", retry_after_s=wait_s
            )
        digest = self._digest(who)
        self._count(digest)
        self._tell("counted", digest)

    def give_back(self, who: str) -> None:
        """The last one does not count."""
        digest = self._digest(who)
        self._uncount(digest)
        self._tell("not counted", digest)

    def _count(self, digest: str) -> None:
        recent = self._recent(digest)
        recent.append(self._clock())
        self._counted[digest] = recent
        self._counted.move_to_end(digest)
        if len(self._counted) > REMEMBERED:
            self._counted.popitem(last=False)

    def _uncount(self, digest: str) -> None:
        if recent := self._recent(digest):
            recent.pop()

    def _recent(self, who: str) -> deque[float]:
        counted = self._counted.get(who, deque(maxlen=self._times))
        while counted and counted[0] <= self._clock() - self._window_s:
            counted.popleft()
        return counted

    def _digest(self, who: str) -> str:
        return hashlib.blake2b(who.encode(), key=self._key, digest_size=16).hexdigest()
