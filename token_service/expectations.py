"""Who has just been given a token and has not joined yet: when to look whether they have.

LiveKit's webhook tells at once of whoever joins; this is for webhooks that do not arrive. Each look
is later than the one before, so that tokens that nobody uses cost a few looks and no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST_LOOK_S = 0.1
GROWTH = 1.5
EXPECTED_WITHIN_S = 4.0


@dataclass(slots=True)
class _Expectation:
    session_id: str
    since_s: float
    next_s: float

    def looked(self) -> None:
        self.next_s = self.since_s + GROWTH * (self.next_s - self.since_s)


class Expectations:
    """By identity in a room: a seat's newest token stands for those before it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._expected: dict[str, _Expectation] = {}

    def __len__(self) -> int:
        return len(self._expected)

    def expect(self, session_id: str, identity: str) -> None:
        """Whoever is expected already is not looked for more often."""
        now_s = self._clock()
        before = self._expected.get(identity)
        if before is None or now_s - before.since_s > EXPECTED_WITHIN_S:
            self._expected[identity] = _Expectation(session_id, now_s, now_s + FIRST_LOOK_S)

    def arrived(self, identity: str) -> None:
        self._expected.pop(identity, None)

    def due(self) -> set[str]:
        """The sessions to look at now."""
        now_s = self._clock()
        for identity, expectation in list(self._expected.items()):
            if now_s - expectation.since_s > EXPECTED_WITHIN_S:
                del self._expected[identity]
        due = [one for one in self._expected.values() if one.next_s <= now_s]
        for expectation in due:
            expectation.looked()
        return {expectation.session_id for expectation in due}
