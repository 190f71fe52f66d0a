"""The engine: determinism, isolation of faults, discovery, commands, still pictures, endings."""

import importlib
import math
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from playing import Played, measured, play
from synthetic import Child, Picture, film

from agent.errors import CatalogueError
from agent.measures import catalogue, reasons
from agent.measures.conditions import Condition
from agent.measures.declarations import Group, Measure
from agent.measures.events import EventKind
from agent.measures.labels import Reason, Text
from agent.measures.registry import REGISTRY, Registry, discover
from agent.measures.results import BaselineState
from agent.measures.samplers import Sampler
from agent.measures.scene import Scene
from agent.observation import Mark, Observation, PersonBox, SetBaseline
from agent.perception import no_face_reasons

pytestmark = pytest.mark.unit


def lively(t: float) -> Child:
    return Child(
        yaw=30 * math.sin(t / 3),
        pitch=8 * math.sin(t),
        blink=(0.6, 0.6) if t % 4 < 0.2 else (0.1, 0.1),
        smile=(0.7, 0.6) if t % 11 > 9 else (0.1, 0.1),
        body=(0.2 * math.sin(2 * t), 0),
    )


def film_of_a_session() -> list[Observation]:
    return list(
        film(
            24,
            lambda t: None if 15 < t < 18 else lively(t),
            hz=15,
            jitter=0.4,
            drop=0.1,
            noise=0.0005,
            commands={200: (Mark("name called"),)},
            seed=7,
        )
    )


@pytest.fixture(scope="module")
def session() -> Played:
    return play(film_of_a_session())


def test_the_same_observations_give_the_same_results(session: Played) -> None:
    first, second = session, play(film_of_a_session())
    assert repr(first.frames) == repr(second.frames)
    assert repr(first.windows) == repr(second.windows)
    assert first.events == second.events
    assert repr(first.summary) == repr(second.summary)


def test_every_reported_id_is_in_the_registry(session: Played) -> None:
    played = session
    places = [REGISTRY.index_of_measure(v.measure) for v in played.windows[0].values]
    assert places == list(range(len(REGISTRY.measures)))
    for event in played.events:
        REGISTRY.index_of_event(event.kind)
    for window in played.windows:
        for value in window.values:
            assert math.isnan(value.value) == bool(value.reasons)
            for reason in value.reasons:
                REGISTRY.index_of_reason(reason)


def test_every_reason_of_perception_has_its_words() -> None:
    for reason in no_face_reasons.ALL:
        assert REGISTRY.reasons[REGISTRY.index_of_reason(reason)].label.fr


def test_why_there_is_no_face_comes_from_perception() -> None:
    observations = list(film(3, lambda t: None, hz=15))
    told = [_with_reasons(o, ("person_uncertain",)) for o in observations]
    assert play(told).last("head_yaw").reasons == ("person_uncertain",)


def _with_reasons(observation: Observation, why: tuple[str, ...]) -> Observation:
    fields = {name: getattr(observation, name) for name in Observation.__slots__}
    return Observation(**{**fields, "reasons": why})


class Faulty(Sampler):
    """Breaks in its third second."""

    def sample(self, scene: Scene) -> float:
        return 1.0 if scene.t_ms < 3000 else 1 / 0


def a_measure(measure_id: str, make: type[Sampler]) -> Measure:
    words = Text("x", "x")
    return Measure(
        id=measure_id,
        group=Group.HEAD,
        label=words,
        unit="1",
        decimals=0,
        needs=words,
        limits=words,
        formula="x",
        source="x",
        minimum_hz=0,
        conditions=Condition.NONE,
        make=make,
    )


def registry_with(*more: Measure | EventKind | Reason) -> Registry:
    extra = ModuleType("extra")
    for i, declaration in enumerate(more):
        setattr(extra, f"declared_{i}", declaration)
    modules = [m for n, m in sys.modules.items() if n.startswith(f"{catalogue.__name__}.")]
    return Registry((reasons, *modules, extra))


def test_a_fault_in_one_measure_stops_it_alone_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    registry = registry_with(a_measure("faulty", Faulty))
    played = play(film(8, hz=15, body=False), registry)
    assert dict(played.analyser.failed) == {"faulty": "ZeroDivisionError: division by zero"}
    assert played.last("faulty").reasons == ("measure_failed",)
    assert played.window("faulty", 1000).reasons == ("measure_failed",)
    assert played.last("head_yaw").value == pytest.approx(0, abs=1e-4)
    assert len([r for r in caplog.records if "faulty" in r.getMessage()]) == 1


class FaultyBaseline(Faulty):
    def restart_baseline(self, scene: Scene) -> None:
        raise ValueError("no baseline")


def test_a_fault_at_a_command_stops_that_measure_alone() -> None:
    registry = registry_with(a_measure("faulty", FaultyBaseline))
    played = play(film(2, hz=15, body=False, commands={10: (SetBaseline(),)}), registry)
    assert dict(played.analyser.failed) == {"faulty": "ValueError: no baseline"}
    assert played.last("head_yaw").value == pytest.approx(0, abs=1e-4)


def test_a_measure_is_one_module_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "more_measures"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "nose_height.py").write_text(
        textwrap.dedent(
            '''
            """A measure of its own."""

            from agent.measures.conditions import Condition
            from agent.measures.declarations import Group, Measure
            from agent.measures.samplers import Sampler
            from agent.measures.labels import Text


            class NoseHeight(Sampler):
                def sample(self, scene):
                    return scene.points[1][1]


            NOSE_HEIGHT = Measure(
                id="nose_height", group=Group.HEAD, label=Text("Nose", "Nez"), unit="px",
                decimals=0, needs=Text("-", "-"), limits=Text("-", "-"), formula="y", source="-",
                minimum_hz=0, conditions=Condition.FACE, make=NoseHeight,
            )
            '''
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    registry = discover(importlib.import_module("more_measures"))
    assert [m.id for m in registry.measures] == ["nose_height"]
    played = play(film(2, hz=15, body=False), registry)
    assert 0 < played.last("nose_height").value < 480


def test_the_order_is_stable_and_by_group() -> None:
    groups = [m.group for m in REGISTRY.measures]
    assert groups == sorted(groups)
    rocking = [m.id for m in REGISTRY.measures if m.id.startswith("rocking")]
    assert rocking[0] == "rocking_time", "as declared: what the others are of comes first"
    again = discover(catalogue)
    assert [m.id for m in again.measures] == [m.id for m in REGISTRY.measures]
    assert [r.id for r in again.reasons] == sorted(r.id for r in again.reasons)


def test_two_declarations_of_one_id_are_refused() -> None:
    with pytest.raises(CatalogueError, match="head_yaw is declared twice"):
        registry_with(a_measure("head_yaw", Faulty))


def test_a_measure_shown_over_a_window_that_there_is_not_is_refused() -> None:
    with pytest.raises(CatalogueError, match="odd is shown over 5000 ms: there are windows of"):
        registry_with(replace(a_measure("odd", Faulty), display_window_ms=5000))


def test_an_event_of_no_measure_is_refused() -> None:
    words = Text("x", "x")
    with pytest.raises(CatalogueError, match="names no measure"):
        registry_with(EventKind(id="odd", label=words, measure_id="nowhere"))


def test_a_mark_is_an_event_at_its_frame() -> None:
    played = play(film(4, hz=15, body=False, commands={30: (Mark("name called"),)}))
    (mark,) = played.over("mark")
    assert (mark.onset_ms, mark.label) == (2000, "name called")


def test_a_mark_is_an_event_at_the_press_of_its_key() -> None:
    marks = Mark("pressed", 1200), Mark("before the session", 60_000)
    played = play(film(4, hz=15, body=False, commands={30: marks}))
    assert [(m.onset_ms, m.label) for m in played.over("mark")] == [
        (800, "pressed"),
        (0, "before the session"),
    ]


def test_a_still_photograph_gives_no_event_and_no_movement() -> None:
    """Constant but for a camera's noise."""
    played = play(film(30, hz=24, noise=0.0004, seed=3))
    assert not played.events
    assert max(measured(played.series("movement_body"))) == pytest.approx(0, abs=1e-6)
    assert played.window("blink_rate", 60_000).n == 0


def test_what_goes_on_at_the_end_is_ended() -> None:
    played = play(film(12, lambda t: Child(yaw=40 if t > 8 else 0), hz=15, body=False))
    (away,) = played.over("look_away")
    assert away.reasons == ("session_ended",)
    assert away.offset_ms == played.times_ms[-1]
    assert away.amplitude == pytest.approx(40, abs=2)


def test_a_lost_face_and_a_second_face_are_events() -> None:
    child = lambda t: None if 5 <= t < 8 else Child()  # noqa: E731
    box = (PersonBox(2, 0.7, 0.2, 0.9, 0.5),)
    other = lambda t: box if 10 <= t < 13 else ()  # noqa: E731
    played = play(film(16, child, hz=15, others=other))
    (lost,), (second,) = played.over("face_lost"), played.over("second_face")
    assert lost.onset_ms == pytest.approx(5300, abs=300)  # once the last pose has aged, too
    assert lost.offset_ms == pytest.approx(8000, abs=70)
    assert second.onset_ms == pytest.approx(10_000, abs=70)
    assert second.offset_ms == pytest.approx(13_000, abs=70)


@pytest.mark.parametrize("pose_hz", [8, 3])
def test_a_face_that_is_covered_is_not_a_child_who_left(pose_hz: float) -> None:
    """Shoulders stay in view while the face does not."""
    observations = list(film(12, hz=15, pose_hz=pose_hz))
    covered = [_without_face(o) if 4000 <= o.t_ms < 8000 else o for o in observations]
    played = play(covered)
    assert len(played.over("face_hidden")) == 1
    assert not played.over("face_lost")


def _without_face(observation: Observation) -> Observation:
    fields = {name: getattr(observation, name) for name in Observation.__slots__}
    return Observation(**{**fields, "face": None, "faces_seen": 0})


def test_a_child_who_turns_away_and_then_leaves_is_told_as_both() -> None:
    observations = list(film(14, lambda t: Child() if t < 8 else None, hz=15))
    played = play(_without_face(o) if o.t_ms >= 4000 else o for o in observations)
    (hidden,), (lost,) = played.over("face_hidden"), played.over("face_lost")
    assert hidden.onset_ms == pytest.approx(4000, abs=70)
    assert hidden.offset_ms == pytest.approx(8300, abs=300)
    assert lost.onset_ms == pytest.approx(8300, abs=300)
    assert lost.reasons == ("session_ended",)


@pytest.mark.parametrize("why", ["landmarker_failed", "person_uncertain", "looks_drawn"])
def test_a_face_that_may_be_there_is_neither_hidden_nor_gone(why: str) -> None:
    observations = list(film(10, lambda t: Child() if t < 8 else None, hz=15))
    played = play(
        replace(_without_face(o), reasons=(why,)) if o.t_ms >= 4000 else o for o in observations
    )
    assert played.last("face_present").reasons == (why,)
    assert not played.over("face_hidden")
    assert not played.over("face_lost")


def test_where_nobody_looked_for_the_body_the_child_is_not_said_to_be_gone() -> None:
    played = play(film(8, lambda t: Child() if t < 3 else None, hz=15, body=False))
    assert not played.over("face_lost")
    assert played.last("face_present").value == 0


def _of_person(observation: Observation, person: int) -> Observation:
    assert observation.face is not None
    return replace(observation, face=replace(observation.face, person=person))


def test_what_was_usual_of_another_person_is_forgotten() -> None:
    """The first rests at 0.05 of smile, the second at 0.2: nothing is told meanwhile."""
    first = [_of_person(o, 1) for o in film(20, lambda t: Child(smile=(0.05, 0.05)), hz=15)]
    second = [
        _of_person(o, 2) for o in film(20, lambda t: Child(smile=(0.2, 0.2)), hz=15, start_s=20)
    ]
    played = play([*first, *second])
    assert played.frames[299]["smile"].value == pytest.approx(0, abs=0.02)
    assert played.frames[301]["smile"].reasons == ("learning",)
    assert played.last("smile").value == pytest.approx(0, abs=0.02)
    assert not played.over("smile")


def test_before_another_camera_what_was_usual_is_stale_until_it_is_known_again() -> None:
    """At rest 0.2 of smile before the first camera, 0.1 before the second."""
    first = film(20, lambda t: Child(smile=(0.2, 0.2)), hz=15)
    smiles = lambda t: Child(smile=(0.8, 0.8) if 32 < t < 35 else (0.1, 0.1))  # noqa: E731
    second = [replace(_of_person(o, 2), track=1) for o in film(20, smiles, hz=15, start_s=20)]
    played = play([*first, *second])
    states = [frame["smile"].baseline_state for frame in played.frames]
    assert states[290] is BaselineState.READY
    assert states[301] is BaselineState.STALE
    assert states[-1] is BaselineState.READY
    (event,) = played.over("smile")
    assert event.amplitude == pytest.approx(0.7, abs=0.05)
    assert played.frames[305]["eye_openness"].reasons == ("learning",)


def test_someone_elses_hand_is_an_event() -> None:
    def other(observation: Observation) -> Observation:
        if observation.hands is None or not 4000 <= observation.t_ms < 7000:
            return observation
        return replace(observation, hands=replace(observation.hands, others=1))

    played = play(other(o) for o in film(10, hz=15))
    (event,) = played.over("other_hands")
    assert event.onset_ms == pytest.approx(4100, abs=250)
    assert event.offset_ms == pytest.approx(7100, abs=250)
    assert played.window("other_hands", 1000).value == 0


def test_a_detector_that_misses_single_frames_loses_no_face() -> None:
    flicker = lambda t: None if int(t * 15) % 4 == 0 else Child()  # noqa: E731
    assert not play(film(10, flicker, hz=15, body=False)).over("face_lost")


def test_an_empty_session_has_an_empty_summary() -> None:
    played = play([])
    assert all(math.isnan(v.value) for v in played.summary.values())


@pytest.fixture(scope="module")
def frozen() -> Played:
    return play(film(70, lively, hz=25, picture=lambda t: Picture(change=0.0 if t > 4 else 2.0)))


@pytest.mark.parametrize("measure", [m for m in REGISTRY.measures if m.id != "picture_usable"])
def test_nothing_is_told_of_a_frozen_picture(measure: Measure, frozen: Played) -> None:
    """Not even that nothing moved, and no rate divides by the time it lasted."""
    minute = frozen.window(measure.id, 60_000)
    assert math.isnan(minute.value)
    assert minute.valid_fraction < 0.02
    if measure.per_frame:
        assert frozen.last(measure.id).reasons == ("frozen",)


@pytest.fixture(scope="module")
def seldom_seen() -> Played:
    """One look a second: of the face, and of body and hands."""
    return play(film(40, lively, hz=1.0, pose_hz=1.0, hands_hz=1.0))


@pytest.mark.parametrize("measure", [m for m in REGISTRY.measures if m.minimum_hz > 1])
def test_below_its_least_rate_a_measure_is_withheld(measure: Measure, seldom_seen: Played) -> None:
    assert math.isnan(seldom_seen.window(measure.id, 10_000).value)
    if measure.per_frame:
        assert seldom_seen.last(measure.id).reasons == ("too_few_frames",)


@pytest.mark.parametrize(("hz", "told"), [(23.976 / 2, True), (11.5, False)])
def test_every_second_frame_of_a_24_hz_camera_is_12_hz(hz: float, told: bool) -> None:
    blinks = play(film(40, hz=hz)).window("blink_rate", 60_000)
    assert math.isnan(blinks.value) is not told


def test_lids_that_rest_lower_than_another_persons_are_not_closed() -> None:
    first = [_of_person(o, 1) for o in film(10, lambda t: Child(blink=(0.1, 0.1)), hz=15)]
    low = lambda t: Child(blink=(0.45, 0.45))  # noqa: E731
    second = [_of_person(o, 2) for o in film(10, low, hz=15, start_s=10)]
    assert not play([*first, *second]).over("eye_closure")
    assert play([*first, *(_of_person(o, 1) for o in second)]).over("eye_closure")


def test_eyes_that_are_closed_from_the_start_are_closed() -> None:
    closed = lambda t: Child(blink=(0.75, 0.75) if t < 4 else (0.1, 0.1))  # noqa: E731
    (closure,) = play(film(8, closed, hz=15)).over("eye_closure")
    assert closure.offset_ms == pytest.approx(4000, abs=150)
    shut = play(film(8, lambda t: Child(blink=(0.75, 0.75)), hz=15))
    assert not shut.over("eye_closure"), "a sleeper's or a picture's: nobody saw them close"
