"""How often LiveKit is asked for somebody who was given a token."""

import pytest

from token_service.expectations import EXPECTED_WITHIN_S, Expectations

pytestmark = pytest.mark.unit


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def looks(expectations: Expectations, clock: Clock, for_s: float) -> list[set[str]]:
    """What is due, asked ten times a second."""
    due = []
    for _ in range(round(for_s * 10)):
        clock.now_s += 0.1
        due.append(expectations.due())
    return [sessions for sessions in due if sessions]


def test_a_token_that_nobody_uses_costs_a_few_looks() -> None:
    clock = Clock()
    expectations = Expectations(clock)
    expectations.expect("a", "patient")
    assert expectations.due() == set()
    assert 5 <= len(looks(expectations, clock, 10)) <= 10
    assert len(expectations) == 0


def test_many_tokens_of_a_seat_cost_as_many_looks_as_one() -> None:
    clock = Clock()
    expectations = Expectations(clock)
    seen = []
    for _ in range(30):
        expectations.expect("a", "patient")
        seen += looks(expectations, clock, 0.1)
    assert len(seen) <= 10
    assert looks(expectations, clock, 10 * EXPECTED_WITHIN_S) in ([], [{"a"}])
    expectations.expect("a", "patient")
    assert looks(expectations, clock, 1), "later it is expected anew"


def test_seats_of_one_session_are_looked_for_together_and_not_after_their_arrival() -> None:
    clock = Clock()
    expectations = Expectations(clock)
    for session, identity in (("a", "patient"), ("a", "practitioner"), ("b", "other")):
        expectations.expect(session, identity)
    clock.now_s += 0.1
    assert expectations.due() == {"a", "b"}
    for identity in ("patient", "practitioner", "other"):
        expectations.arrived(identity)
    assert looks(expectations, clock, 10) == []
