"""Sample entropy against known curves; movement of the face's regions in the head's own frame."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from playing import measured, play
from scipy.special import erf
from synthetic import Child, film

from agent.measures.catalogue.complexity import SAMPLES, Series
from agent.measures.entropy import coarse_grained, sample_entropy

pytestmark = pytest.mark.unit


def entropy_of(signal: np.ndarray, radius: float) -> float:
    steps = sample_entropy(signal, radius)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return float(end.value)


def curve(signal: np.ndarray, scales: range) -> list[float]:
    radius = 0.15 * float(signal.std())
    return [entropy_of(coarse_grained(signal, scale), radius) for scale in scales]


def one_over_f(samples: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    spectrum = rng.normal(size=samples // 2 + 1) + 1j * rng.normal(size=samples // 2 + 1)
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    return np.fft.irfft(spectrum, samples)


@pytest.mark.parametrize("samples", [50, 1003])
def test_sample_entropy_as_it_is_defined(samples: int) -> None:
    signal = np.random.default_rng(samples).normal(size=samples)

    def pairs(length: int) -> int:
        templates = np.lib.stride_tricks.sliding_window_view(signal, length)[: samples - 2]
        apart = np.abs(templates[:, None] - templates).max(axis=2)
        return int((np.count_nonzero(apart <= 0.3) - len(templates)) // 2)

    assert entropy_of(signal, 0.3) == pytest.approx(-math.log(pairs(3) / pairs(2)))


def test_white_noise_follows_its_known_curve() -> None:
    """Two samples match with chance erf(r √scale / 2): Costa et al. 2002."""
    signal = np.random.default_rng(0).normal(size=8000)
    for scale, entropy in zip(range(1, 11), curve(signal, range(1, 11)), strict=True):
        expected = -math.log(erf(0.15 * math.sqrt(scale) / 2))
        assert entropy == pytest.approx(expected, abs=0.12)


def test_one_over_f_noise_keeps_its_entropy_over_scales() -> None:
    pink = curve(one_over_f(8000, 1), range(1, 11))
    white = curve(np.random.default_rng(0).normal(size=8000), range(1, 11))
    assert max(pink) - min(pink) < 0.6
    assert pink[-1] > white[-1]  # the curves cross
    assert pink[0] < white[0]


def test_a_regular_signal_has_little_entropy() -> None:
    signal = np.sin(np.arange(2000) / 5)
    assert entropy_of(signal, 0.15 * float(signal.std())) < 0.3


def test_a_series_without_a_break_is_worked_out_bit_by_bit() -> None:
    series, rng = Series(), np.random.default_rng(3)
    for i in range(SAMPLES + 150):
        t_ms = round(i * 1000 / 30)
        series.add(t_ms, float(rng.normal()))
        series.work(t_ms)
    whole = sum(-math.log(erf(0.15 * math.sqrt(scale) / 2)) for scale in range(1, 11))
    assert series.complexity == pytest.approx(whole, rel=0.1)


def test_a_signal_that_never_changes_has_no_complexity_to_tell() -> None:
    series = Series()
    for i in range(SAMPLES + 150):
        t_ms = round(i * 1000 / 30)
        series.add(t_ms, 1.0)
        series.work(t_ms)
    assert not isinstance(series.complexity, float)


def test_a_break_starts_it_anew() -> None:
    series, rng = Series(), np.random.default_rng(3)
    for i in range(SAMPLES + 150):
        series.add(round(i * 1000 / 30) + (500 if i > 1500 else 0), float(rng.normal()))
        series.work(round(i * 1000 / 30))
    assert not isinstance(series.complexity, float)


def test_complexity_is_withheld_while_it_must_be() -> None:
    early = play(film(5, hz=30, noise=0.0003, body=False))
    assert early.last("complexity_head").reasons == ("not_long_enough",)
    slow = play(film(5, hz=15, noise=0.0003, body=False))
    assert slow.last("complexity_head").reasons == ("too_few_frames",)


def test_only_the_region_that_moves_moves() -> None:
    """The lips part and close at a constant speed."""

    def talking(t: float) -> Child:
        phase = (t * 2) % 1
        return Child(mouth=0.6 * (phase if phase < 0.5 else 1 - phase))

    played = play(film(4, talking, hz=30, body=False))
    assert played.window("face_movement_mouth", 1000).value > 0.02
    assert played.window("face_movement_brows", 1000).value < 0.001


def test_a_head_that_turns_does_not_move_the_face() -> None:
    played = play(film(4, lambda t: Child(yaw=-15 + 10 * (t % 3), roll=5 * t), hz=30, body=False))
    for region in ("brows", "eyes", "cheeks", "mouth"):
        values = measured(played.series(f"face_movement_{region}"))
        assert sorted(values)[len(values) // 2] < 0.01


def test_a_mouth_that_moves_as_in_speech() -> None:
    def talking(t: float) -> Child:
        return Child(mouth=0.1 + 0.08 * math.sin(2 * math.pi * 4 * t) if 3 <= t < 6 else 0.05)

    played = play(film(9, talking, hz=30, noise=0.0001, body=False))
    by_time = dict(zip(played.times_ms, played.series("mouth_moving"), strict=True))
    assert by_time[2000] == 0
    assert by_time[5000] == 100
    assert by_time[8500] == 0


def test_one_yawn_is_no_speech() -> None:
    yawn = lambda t: Child(mouth=0.9 if 3 <= t < 5 else 0.03)  # noqa: E731
    played = play(film(8, yawn, hz=30, noise=0.0001, body=False))
    assert max(measured(played.series("mouth_moving"))) == 0


@pytest.mark.parametrize(("samples", "high"), [(SAMPLES, 0.13), (8000, 0.0)])
def test_one_over_f_noise_follows_its_published_curve(samples: int, high: float) -> None:
    """Flat at about 1.8 with m = 2 and r = 0.15 SD (Costa et al. 2002, figure 1)."""
    curves = np.array([curve(one_over_f(samples, seed), range(1, 11)) for seed in range(4)])
    assert curves.mean(axis=0) == pytest.approx(np.full(10, 1.8 + high), abs=0.2)
    assert curves.mean() == pytest.approx(1.8 + high, abs=0.1)


def wandering(seed: int) -> Callable[[float], Child]:
    """A head that goes anywhere, as unforeseeable from picture to picture as noise."""
    steps = np.random.default_rng(seed).normal(0, 0.01, (3000, 2)).cumsum(axis=0) % 0.2

    def child(t: float) -> Child:
        x, y = steps[round(t * 30)]
        return Child(centre=(0.4 + x, 0.4 + y))

    return child


def swaying(t: float) -> Child:
    return Child(centre=(0.5 + 0.05 * math.sin(2 * math.pi * 0.4 * t), 0.45))


def test_an_unforeseeable_head_is_more_varied_than_one_that_sways() -> None:
    wild = play(film(72, wandering(0), hz=30, body=False))
    even = play(film(72, swaying, hz=30, body=False))
    assert wild.last("complexity_head").value > 2 * even.last("complexity_head").value
    assert wild.frames[60 * 30]["complexity_head"].reasons == ("not_long_enough",)


def test_a_lost_face_starts_the_minute_anew() -> None:
    child = lambda t: None if 40 <= t < 40.5 else swaying(t)  # noqa: E731
    played = play(film(72, child, hz=30, body=False))
    assert played.last("complexity_head").reasons == ("not_long_enough",)
