"""Smile, mouth and eye opening, above a child's own resting level."""

import math

import pytest
from playing import measured, play
from synthetic import Child, Picture, film

from agent.measures.results import Quality
from agent.observation import SetBaseline

pytestmark = pytest.mark.unit


def smiling(t: float, resting: float = 0.15) -> Child:
    level = resting + (0.6 if t % 15 >= 12 else 0.0)
    return Child(smile=(level, level))


def test_smiles_are_measured_from_the_resting_level() -> None:
    played = play(film(62, smiling, hz=15, body=False))
    events = played.over("smile")
    assert len(events) == 4
    for i, event in enumerate(events):
        assert event.onset_ms == pytest.approx(15_000 * i + 12_000, abs=80)
        assert event.offset_ms == pytest.approx(15_000 * i + 15_000, abs=80)
        assert event.amplitude == pytest.approx(0.6, abs=0.03)
    assert played.window("smile_time", 60_000).value == pytest.approx(20, abs=2)
    assert max(measured(played.series("smile"))) == pytest.approx(0.6, abs=0.03)


def test_a_lopsided_resting_face_is_no_smile_and_is_at_rest_once_that_is_set() -> None:
    commands = {300: (SetBaseline(),)}
    lopsided = film(40, lambda t: Child(smile=(0.6, 0.3)), hz=15, body=False, commands=commands)
    played = play(lopsided)
    assert not played.over("smile")
    assert played.frames[299]["smile"].value == pytest.approx(0.2, abs=0.02)
    assert played.frames[299]["smile_time"].value == 0
    assert played.last("smile").value == pytest.approx(0, abs=0.02)


def test_hysteresis_and_least_duration_of_a_smile() -> None:
    played = play(
        film(20, lambda t: Child(smile=(0.45 if 8 <= t < 8.2 else 0.1,) * 2), hz=30, body=False)
    )
    assert not played.over("smile")
    wavering = play(
        film(
            20,
            lambda t: Child(smile=(0.1 + (0.32 + 0.05 * math.sin(20 * t)) * (8 <= t < 12),) * 2),
            hz=30,
            body=False,
        )
    )
    assert len(wavering.over("smile")) == 1


def test_a_restarted_baseline_withholds_the_smile_until_it_is_learned() -> None:
    played = play(film(24, smiling, hz=15, body=False, commands={150: (SetBaseline(),)}))
    assert not math.isnan(played.frames[140]["smile"].value)
    assert played.frames[160]["smile"].reasons == ("learning",)
    assert not math.isnan(played.frames[-1]["smile"].value)


def test_mouth_openings() -> None:
    played = play(film(30, lambda t: Child(mouth=0.4 if t % 6 >= 5 else 0.03), hz=15, body=False))
    events = played.over("mouth_open")
    assert len(events) == 5
    assert events[0].amplitude == pytest.approx(0.37, abs=0.04)
    assert events[1].onset_ms == pytest.approx(11_000, abs=80)


def test_a_turned_mouth_is_as_wide_as_before() -> None:
    """Turning narrows the mouth in the picture; the opening must not seem to grow."""
    played = play(film(20, lambda t: Child(yaw=35 if t >= 10 else 0, mouth=0.1), hz=15, body=False))
    assert not played.over("mouth_open")


def test_eye_openness_runs_from_closed_to_this_childs_open() -> None:
    def winking(t: float) -> Child:
        return Child(lids=0.2 if 8 <= t < 10 else 1.0)

    played = play(film(14, winking, hz=15, body=False))
    by_time = dict(zip(played.times_ms, played.series("eye_openness"), strict=True))
    assert by_time[7000] == pytest.approx(1, abs=0.05)
    assert by_time[9000] < 0.1


def test_the_eye_that_is_turned_away_is_left_out() -> None:
    played = play(film(6, lambda t: Child(yaw=30), hz=15, body=False))
    last = played.frames[-1]
    assert last["eye_openness_left"].reasons == ("head_turned",)
    assert last["eye_openness"].value == last["eye_openness_right"].value
    other = play(film(6, lambda t: Child(yaw=-30), hz=15, body=False)).frames[-1]
    assert other["eye_openness_right"].reasons == ("head_turned",)


@pytest.mark.parametrize(
    ("child", "picture", "reason"),
    [
        (Child(iod_px=25), Picture(), "face_too_small"),
        (Child(yaw=50), Picture(), "head_turned"),
        (Child(), Picture(luma=20), "too_dark"),
        (Child(), Picture(change=0.0), "frozen"),
    ],
)
def test_why_the_smile_is_not_shown(child: Child, picture: Picture, reason: str) -> None:
    played = play(film(8, lambda t: child, hz=15, picture=lambda t: picture, body=False))
    assert played.last("smile").reasons == (reason,)
    assert played.last("smile").quality is Quality.NOT_MEASURABLE


def test_quality_comes_only_from_what_matters_to_the_measure() -> None:
    """In a dim picture the mouth is only usable; the head's direction is still good."""
    played = play(film(8, hz=15, picture=lambda t: Picture(luma=50), body=False))
    assert played.last("smile").quality is Quality.USABLE
    assert played.last("head_yaw").quality is Quality.GOOD


def test_a_blur_does_not_become_usual_within_two_minutes() -> None:
    blurred = lambda t: Picture(sharpness=0.1 if t > 30 else 0.5)  # noqa: E731
    played = play(film(155, hz=10, picture=blurred, body=False))
    why = {
        t: frame["smile"].reasons for t, frame in zip(played.times_ms, played.frames, strict=True)
    }
    assert all(why[t] == ("blurred",) for t in why if 30_500 < t < 149_500)
    assert why[154_000] != ("blurred",)


def test_a_face_that_is_less_sharp_for_being_far_is_not_blurred() -> None:
    played = play(
        film(
            20,
            lambda t: Child(iod_px=45 if t > 10 else 90),
            hz=15,
            picture=lambda t: Picture(sharpness=0.1 if t > 10 else 0.5),
            body=False,
        )
    )
    assert "blurred" not in played.last("smile").reasons
    assert played.window("smile", 1000).quality is Quality.USABLE


def test_a_picture_that_turns_blurred_is_noticed() -> None:
    played = play(
        film(20, hz=15, picture=lambda t: Picture(sharpness=0.1 if t > 15 else 0.5), body=False)
    )
    assert played.last("smile").reasons == ("blurred",)
    assert played.last("head_yaw").quality is Quality.GOOD


def test_what_trembles_is_as_fast_at_any_rate() -> None:
    """Landmarks that jitter over a longer span look slower; so the span is the same at each."""

    def speed(hz: float) -> float:
        trembling = play(film(12, hz=hz, noise=0.0005, body=False))
        return trembling.window("face_movement_brows", 10_000).value

    assert speed(12.5) == pytest.approx(speed(25), rel=0.1)
