"""The head's acceleration, of movements whose acceleration is known."""

import math

import pytest
from playing import measured, play
from synthetic import Child, film

pytestmark = pytest.mark.unit

IOD = 90 / 640  # of the picture's width


def at(x_iod: float) -> Child:
    return Child(centre=(0.5 + x_iod * IOD, 0.45))


def middle(values: list[float]) -> float:
    values = sorted(measured(values))
    return values[len(values) // 2]


@pytest.mark.parametrize("hz", [12.0, 30.0])
def test_a_constant_acceleration(hz: float) -> None:
    """To and fro along parabolas: 2 IOD/s² all the time, but where they meet."""

    def swinging(t: float) -> Child:
        phase = t % 4 - 2
        return at(phase * abs(phase) - 2 * phase)

    played = play(film(20, swinging, hz=hz, jitter=0.2, body=False))
    assert middle(played.series("head_acceleration")) == pytest.approx(2.0, rel=0.05)


def test_an_even_movement_has_none() -> None:
    played = play(film(5, lambda t: at(0.5 * t - 1), hz=20, jitter=0.3, body=False))
    assert middle(played.series("head_movement")) == pytest.approx(0.5, rel=0.03)
    assert middle(played.series("head_acceleration")) < 0.05


def test_the_mean_over_a_swaying_head() -> None:
    """A sinusoid's mean is A (2πf)² · 2/π; means over 0.2 s smooth it by sinc² of 0.2 f."""
    f, size = 0.5, 0.5
    played = play(film(21, lambda t: at(size * math.sin(2 * math.pi * f * t)), hz=25, body=False))
    smoothed = (math.sin(math.pi * f * 0.2) / (math.pi * f * 0.2)) ** 2
    expected = size * (2 * math.pi * f) ** 2 * 2 / math.pi * smoothed
    assert played.window("head_acceleration", 10_000).value == pytest.approx(expected, rel=0.05)
