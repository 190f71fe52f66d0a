import pickle

import pytest

from token_service.rate_limit import REMEMBERED, RateLimit

pytestmark = pytest.mark.unit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> RateLimit:
    return RateLimit(3, 60.0, clock)


def test_failures_use_up_the_tries_of_one_address(limit: RateLimit) -> None:
    for _ in range(3):
        assert limit.wait_s("192.0.2.1") == 0
        limit.take("192.0.2.1")
    assert limit.wait_s("192.0.2.1") == 60
    assert limit.wait_s("192.0.2.2") == 0


def test_the_window_moves(limit: RateLimit, clock: Clock) -> None:
    for second in (0.0, 20.0, 40.0):
        clock.now = second
        limit.take("192.0.2.1")
    assert limit.wait_s("192.0.2.1") == 20
    clock.now = 60.0
    assert limit.wait_s("192.0.2.1") == 0


def test_addresses_are_not_kept(limit: RateLimit) -> None:
    limit.take("192.0.2.1")
    assert b"192.0.2.1" not in pickle.dumps(limit._counted)


def test_memory_is_bounded(limit: RateLimit) -> None:
    for number in range(REMEMBERED + 5):
        limit.take(str(number))
    assert len(limit._counted) == REMEMBERED
