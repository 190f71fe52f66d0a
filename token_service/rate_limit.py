"""Counts failures of an address without keeping the address."""

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil

REMEMBERED = 10_000


class FailureLimit:
    """At most `tries` failures in `window_s`. Addresses are kept as keyed digests, in memory."""

    def __init__(
        self, tries: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tries = tries
        self._window_s = window_s
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._failures: OrderedDict[bytes, deque[float]] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """Seconds until the next try; 0 when one is allowed now."""
        recent = self._recent(self._digest(address))
        if len(recent) < self._tries:
            return 0
        return max(1, ceil(recent[0] + self._window_s - self._clock()))

    def failed(self, address: str) -> None:
        """Said before the try, so that tries at the same time count too; see `succeeded`."""
        who = self._digest(address)
        failures = self._recent(who)
        failures.append(self._clock())
        self._failures[who] = failures
        self._failures.move_to_end(who)
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """The last one was no failure."""
        if recent := self._recent(self._digest(address)):
            recent.pop()

    def _recent(self, who: bytes) -> deque[float]:
        failures = self._failures.get(who, deque(maxlen=self._tries))
        while failures and failures[0] <= self._clock() - self._window_s:
            failures.popleft()
        return failures

    def _digest(self, address: str) -> bytes:
        return hashlib.blake2b(address.encode(), key=self._key, digest_size=16).digest()
