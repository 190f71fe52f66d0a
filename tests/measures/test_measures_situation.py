"""States of the picture, closed eyes, posture."""

import math

import pytest
from playing import play
from synthetic import Child, Picture, film

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "picture"),
    [
        ("picture_frozen", Picture(change=0.01)),
        ("picture_dark", Picture(luma=20)),
        ("picture_uneven", Picture(uneven=0.8)),
        ("picture_blurred", Picture(sharpness=0.05)),
        ("camera_moved", Picture(background=0.6)),
    ],
)
def test_each_state_of_the_picture_has_its_times(kind: str, picture: Picture) -> None:
    played = play(film(16, hz=15, picture=lambda t: picture if 6 <= t < 9 else Picture()))
    (event,) = played.over(kind)
    assert event.onset_ms == pytest.approx(6000, abs=500)
    assert event.offset_ms == pytest.approx(9000, abs=100)
    others = {e.kind for e in played.events} - {kind}
    assert not others


def test_a_picture_is_too_dark_whether_a_face_is_found_in_it_or_not() -> None:
    seen = lambda t: None if 7 <= t < 10 else Child()  # noqa: E731
    dark = lambda t: Picture(luma=20 if 6 <= t < 11 else 130)  # noqa: E731
    played = play(film(16, seen, hz=15, picture=dark))
    (event,) = played.over("picture_dark")
    assert event.onset_ms == pytest.approx(6000, abs=100)
    assert event.offset_ms == pytest.approx(11_000, abs=100)
    assert not event.reasons
    assert played.frames[9 * 15]["mouth_opening"].reasons == ("no_face", "too_dark")


def test_nobody_in_a_bright_picture_is_not_dark() -> None:
    assert not play(film(8, lambda t: None, hz=15)).over("picture_dark")


def test_a_child_who_goes_far_away() -> None:
    played = play(film(12, lambda t: Child(iod_px=20 if 5 <= t < 8 else 90), hz=15, body=False))
    (event,) = played.over("face_far")
    assert event.offset_ms - event.onset_ms == pytest.approx(3000, abs=100)


def test_too_few_frames() -> None:
    fast = list(film(6, hz=15, body=False))
    slow = list(film(8, hz=8, start_s=6, body=False))
    again = list(film(6, hz=15, start_s=14, body=False))
    (event,) = play([*fast, *slow, *again]).over("few_frames")
    assert event.onset_ms == pytest.approx(7500, abs=800)
    assert event.offset_ms == pytest.approx(16_000, abs=1000)


def test_pictures_shown_again_are_not_counted() -> None:
    """Eight different pictures a second, each three times."""
    again = lambda t: Picture(change=2.0 if round(t * 24) % 3 == 0 else 0.0)  # noqa: E731
    played = play(film(20, hz=24, picture=again, body=False))
    assert played.over("few_frames")
    assert played.last("face_movement_mouth").reasons == ("too_few_frames",)


def test_enough_frames_after_a_gap_are_enough() -> None:
    frames = (o for o in film(20, hz=12.5, body=False) if not 5000 <= o.t_ms < 5400)
    (event,) = play(frames).over("few_frames")
    assert event.offset_ms < 9000


def test_half_of_the_pictures_of_a_24_hz_camera_are_enough() -> None:
    played = play(film(62, hz=12 / 1.001, body=False))
    assert not played.over("few_frames")
    assert played.window("picture_usable", 60_000).value == pytest.approx(100)
    assert played.window("blink_rate", 60_000).value == 0


def test_two_pictures_in_three_seconds_are_not_usable() -> None:
    assert play(film(20, hz=1.5, body=False)).last("picture_usable").value == 0


def test_usable_share_of_a_square_wave() -> None:
    played = play(
        film(61, hz=15, picture=lambda t: Picture(luma=20 if t % 10 < 4 else 130), body=False)
    )
    assert played.window("picture_usable", 60_000).value == pytest.approx(60, abs=1)


@pytest.mark.parametrize("duty", [0.1, 0.4])
def test_perclos_of_a_square_wave(duty: float) -> None:
    """Closed for a part of each 10 s; the first 0.3 s of each closure are not counted."""
    played = play(
        film(72, lambda t: Child(lids=0.15 if t % 10 < 10 * duty else 1.0), hz=15, body=False)
    )
    expected = 100 * (duty - 0.03)
    assert played.window("eyes_closed_time", 60_000).value == pytest.approx(expected, abs=1.5)


def test_eyes_that_stay_closed_for_long_do_not_become_the_open_level() -> None:
    """A child who falls asleep: ten minutes later the eyes are still closed."""
    asleep = lambda t: Child(lids=0.15 if t > 20 else 1.0)  # noqa: E731
    played = play(film(620, asleep, hz=8.5, body=False))
    assert played.window("eyes_closed_time", 60_000).value == 100


def test_blinks_are_no_closed_eyes() -> None:
    played = play(film(30, lambda t: Child(lids=0.1 if t % 2 < 0.2 else 1), hz=15, body=False))
    assert played.window("eyes_closed_time", 10_000).value == 0


def test_lids_that_are_lowered_with_the_head_are_not_measured() -> None:
    played = play(
        film(20, lambda t: Child(lids=0.15, pitch=-25) if t > 10 else Child(), hz=15, body=False)
    )
    assert played.last("eyes_closed_time").reasons == ("head_down",)
    beside = play(
        film(62, lambda t: Child(lids=0.15, pitch=-25) if t % 6 < 2 else Child(), hz=15, body=False)
    ).window("eyes_closed_time", 60_000)
    assert set(beside.reasons) == {"rest_would_mislead", "head_down"}, "the rest would say 0 %"
    bowed = lambda t: Child(pitch=-25) if t > 10 else Child()  # noqa: E731
    assert play(film(20, bowed, hz=15, body=False)).last("eyes_closed_time").value == 0


def test_posture() -> None:
    played = play(film(14, hz=15))
    assert played.last("lean").value == pytest.approx(0, abs=1)
    assert played.last("shoulder_tilt").value == pytest.approx(0, abs=0.5)
    assert played.last("head_height").value == pytest.approx(130 / 220, abs=0.02)


def test_posture_needs_the_shoulders() -> None:
    played = play(film(4, lambda t: Child(body=(1.2, 0)), hz=15))
    assert math.isnan(played.last("lean").value)
    assert played.last("lean").reasons == ("part_hidden",)
