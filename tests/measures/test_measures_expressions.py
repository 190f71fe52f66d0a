"""Sides of a smile, the eyes that narrow with it, brows and lips."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playing import play
from synthetic import Child, film

from agent.measures import blendshapes as shapes
from agent.measures.results import Quality
from agent.observation import Side

pytestmark = pytest.mark.unit

BROWS_UP = (shapes.BROW_INNER_UP, shapes.BROW_OUTER_UP_LEFT, shapes.BROW_OUTER_UP_RIGHT)


def during(on: Child, off: Child, start: float = 8, end: float = 10) -> Callable[[float], Child]:
    return lambda t: on if start <= t < end else off


def test_a_one_sided_smile_has_a_side_and_an_asymmetry() -> None:
    child = during(Child(smile=(0.95, 0.1)), Child(smile=(0.1, 0.1)))
    played = play(film(12, child, hz=15, body=False))
    (event,) = played.over("smile")
    assert event.side is Side.LEFT
    assert played.frames[9 * 15]["smile_asymmetry"].value == pytest.approx(0.85, abs=0.03)
    assert played.last("smile_asymmetry").reasons == ("no_smile",)
    even = play(film(12, during(Child(smile=(0.7, 0.7)), Child()), hz=15, body=False))
    assert [e.side for e in even.over("smile")] == [Side.BOTH]
    assert even.frames[9 * 15]["smile_asymmetry"].value == pytest.approx(0, abs=0.03)


def test_who_smiles_from_the_start_is_smiling_though_nobody_saw_it_begin() -> None:
    smiling, resting = Child(smile=(0.8, 0.8)), Child(smile=(0.05, 0.05))
    film_of = film(20, lambda t: smiling if t < 9 or 15 <= t < 17 else resting, hz=15, body=False)
    played = play(film_of)
    assert played.frames[8 * 15]["smile"].value == pytest.approx(0.55, abs=0.02)
    (event,) = played.over("smile")
    assert event.onset_ms == pytest.approx(15_000, abs=80)


def test_raised_corners_under_closed_eyes_are_no_smile_but_a_blink_does_not_matter() -> None:
    smiling, resting = Child(smile=(0.8, 0.8)), Child(smile=(0.05, 0.05))
    closed = replace(smiling, lids=0.1)

    def child(t: float) -> Child:
        if 8 <= t < 12:
            return closed
        if 15 <= t < 18:
            return closed if 16 <= t < 16.2 else smiling
        return resting

    played = play(film(20, child, hz=15, body=False))
    assert played.frames[10 * 15]["smile"].reasons == ("smile_under_closed_eyes",)
    assert played.frames[10 * 15]["smile_time"].reasons == ("smile_under_closed_eyes",)
    (event,) = played.over("smile")
    assert event.onset_ms == pytest.approx(15_000, abs=80)
    assert event.offset_ms == pytest.approx(18_000, abs=80)


def test_corners_that_are_not_raised_are_no_smile_whether_the_eyes_are_closed_or_not() -> None:
    """A child who looks down at a toy does not smile: lowered lids look like closed ones."""
    resting = Child(smile=(0.05, 0.05))
    lowered, smiling = replace(resting, lids=0.1), replace(resting, smile=(0.8, 0.8))

    def child(t: float) -> Child:
        return resting if t < 8 else smiling if t < 10 else lowered

    played = play(film(30, child, hz=15, body=False))
    for measure in ("smile", "smile_time", "smile_eyes_time"):
        assert played.frames[20 * 15][measure].value == pytest.approx(0, abs=0.02)
    assert played.last("smile_asymmetry").reasons == ("no_smile",)
    (event,) = played.over("smile")
    assert event.offset_ms == pytest.approx(10_000, abs=80)
    assert event.reasons == ()


def test_a_share_of_smiles_is_withheld_when_much_of_the_time_the_eyes_were_closed() -> None:
    """A child may well close them while laughing: of the rest a smaller share is smiled."""
    resting, closed = Child(smile=(0.05, 0.05)), Child(smile=(0.8, 0.8), lids=0.1)
    for from_s, is_withheld in ((50, True), (60, False)):
        played = play(film(66, during(closed, resting, from_s, 63), hz=15))
        share = played.window("smile_time", 60_000)
        assert share.valid_fraction > 0.7
        told = ("rest_would_mislead", "smile_under_closed_eyes") if is_withheld else ()
        assert share.reasons == told


@pytest.mark.parametrize("measure", ["mouth_opening", "smile_time", "eye_openness"])
def test_a_face_is_read_less_well_while_a_hand_may_be_before_it(measure: str) -> None:
    away, near = Child(), Child(wrists=((0.55, 0.7), (0.28, 0.95)), hands=0)
    played = play(film(26, lambda t: away if t < 13 else near, hz=15))
    assert played.frames[12 * 15][measure].quality is Quality.GOOD
    assert played.frames[25 * 15][measure].quality is Quality.USABLE


def test_a_mouth_is_not_guessed_behind_a_hand() -> None:
    at_face = Child(wrists=((0.52, 0.6), (0.28, 0.95)), hands=0)
    played = play(film(30, lambda t: at_face if 10 <= t < 20 else Child(), hz=24))
    of_mouth = ("mouth_opening", "mouth_moving", "smile", "lip_press", "face_movement_mouth")
    for measure in of_mouth:
        assert played.frames[15 * 24][measure].reasons == ("mouth_hidden",)
        assert played.frames[22 * 24][measure].reasons == ()
    for measure in ("brow_raise", "eye_openness"):
        assert played.frames[15 * 24][measure].quality is Quality.USABLE


@pytest.mark.parametrize(("squint", "share"), [(0.5, 100), (0.25, 0)])
def test_a_smile_counts_as_with_the_eyes_when_they_narrow(squint: float, share: int) -> None:
    resting = {shapes.EYE_SQUINT_LEFT: 0.2, shapes.EYE_SQUINT_RIGHT: 0.2}
    narrowed = {shapes.EYE_SQUINT_LEFT: squint, shapes.EYE_SQUINT_RIGHT: squint}
    child = during(Child(smile=(0.7, 0.7), shapes=narrowed), Child(shapes=resting))
    played = play(film(12, child, hz=15, body=False))
    assert played.frames[9 * 15]["smile_eyes_time"].value == share
    assert played.frames[11 * 15]["smile_eyes_time"].value == 0


@pytest.mark.parametrize(
    ("kind", "moved"),
    [
        ("brow_raise", BROWS_UP),
        ("brow_lower", (shapes.BROW_DOWN_LEFT, shapes.BROW_DOWN_RIGHT)),
        ("lip_press", (shapes.MOUTH_PRESS_LEFT, shapes.MOUTH_PRESS_RIGHT)),
    ],
)
def test_brows_and_lips_are_events_above_rest(kind: str, moved: tuple[int, ...]) -> None:
    child = during(
        Child(shapes=dict.fromkeys(moved, 0.6)), Child(shapes=dict.fromkeys(moved, 0.15))
    )
    played = play(film(12, child, hz=15, body=False))
    (event,) = played.over(kind)
    assert event.onset_ms == pytest.approx(8000, abs=80)
    assert event.offset_ms == pytest.approx(10_000, abs=80)
    assert event.amplitude == pytest.approx(0.45, abs=0.03)
    others = {"brow_raise", "brow_lower", "lip_press", "smile"} - {kind}
    assert not {e.kind for e in played.events} & others


@pytest.mark.parametrize(
    ("kind", "moved", "level"),
    [
        ("brow_raise", BROWS_UP, 0.42),
        ("brow_lower", (shapes.BROW_DOWN_LEFT, shapes.BROW_DOWN_RIGHT), 0.42),
        ("lip_press", (shapes.MOUTH_PRESS_LEFT, shapes.MOUTH_PRESS_RIGHT), 0.22),
    ],
)
def test_a_small_face_must_move_more(kind: str, moved: tuple[int, ...], level: float) -> None:
    """Jitter of the landmarks is more of it, by as much as it is smaller."""

    def events(iod_px: float, level: float) -> int:
        moving = Child(iod_px=iod_px, shapes=dict.fromkeys(moved, level))
        child = during(moving, Child(iod_px=iod_px))
        return len(play(film(12, child, hz=15, body=False)).over(kind))

    assert events(80, level) == 1
    assert events(41, level) == 0
    assert events(41, 1.5 * level) == 1


def test_a_level_that_stays_is_the_resting_one_in_the_end() -> None:
    """It rose while the resting level was being learned: no event, and not raised for ever."""
    raised = Child(shapes=dict.fromkeys(BROWS_UP, 0.6))
    played = play(film(100, during(raised, Child(), 3, 100), hz=15, body=False))
    assert played.frames[20 * 15]["brow_raise"].value == pytest.approx(0.6, abs=0.03)
    assert played.last("brow_raise").value < 0.05
    assert not played.over("brow_raise")
