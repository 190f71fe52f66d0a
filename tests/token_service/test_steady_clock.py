import pytest

from token_service.steady_clock import PATIENCE_S, SteadyClock

pytestmark = pytest.mark.unit


class Machine:
    def __init__(self) -> None:
        self.passed_s = 0.0
        self.ahead_s = 1_000_000.0


def clock_of(machine: Machine) -> SteadyClock:
    return SteadyClock(lambda: machine.passed_s + machine.ahead_s, lambda: machine.passed_s)


def test_time_that_passes_is_no_jump() -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.passed_s += 1e6
    assert not clock.has_jumped()


def test_after_a_leap_forward_nothing_expires_for_an_hour() -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.ahead_s += 30 * 86400
    assert clock.has_jumped()
    machine.passed_s += PATIENCE_S - 1
    assert clock.has_jumped()
    machine.passed_s += 2
    assert not clock.has_jumped()


def test_a_clock_that_is_put_back_is_no_leap() -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.ahead_s -= 3600
    assert not clock.has_jumped()
