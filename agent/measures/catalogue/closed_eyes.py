"""For how much of the time the eyes are closed for longer than a blink (PERCLOS)."""

from __future__ import annotations

from agent.measures.catalogue.eye_openness import CLOSED, EYE_OPENNESS, Eyelids
from agent.measures.declarations import Group, Measure, Over
from agent.measures.detectors import Detectors
from agent.measures.labels import Reason, Text
from agent.measures.results import BaselineState
from agent.measures.samplers import Sampler
from agent.measures.scene import LONG_GAP_MS, Scene

LEAST_MS = 300
HEAD_DOWN_DEG = -15.0  # the lids follow the eyes down

HEAD_DOWN = Reason(
    "head_down",
    Text(
        "The head is down, which lowers the lids: closed eyes cannot be told. It is shown when the "
        "head is up again.",
        "La tête est baissée, ce qui abaisse les paupières : des yeux fermés ne s'en distinguent "
        "pas. La valeur revient quand la tête se relève.",
    ),
)


class ClosedEyes(Sampler):
    def __init__(self, detectors: Detectors) -> None:
        self._eyelids = detectors.of(Eyelids)
        self._closed_since_ms: int | None = None
        self._last_ms = 0
        self._lids: Eyelids | None = None

    @property
    def baseline_state(self) -> BaselineState:
        return self._lids.baseline_state if self._lids else BaselineState.NONE

    def sample(self, scene: Scene) -> float | Reason:
        self._lids = self._eyelids.updated(scene)
        openness = self._lids.both
        if scene.t_ms - self._last_ms > LONG_GAP_MS:
            self._closed_since_ms = None
        self._last_ms = scene.t_ms
        if isinstance(openness, Reason):
            self._closed_since_ms = None
            return openness
        if openness >= CLOSED:
            self._closed_since_ms = None
            return 0.0
        if scene.pitch_deg < HEAD_DOWN_DEG:
            self._closed_since_ms = None
            return HEAD_DOWN
        if self._closed_since_ms is None:
            self._closed_since_ms = scene.t_ms
        return 100.0 if scene.t_ms - self._closed_since_ms >= LEAST_MS else 0.0

    def reset(self, scene: Scene) -> None:
        self._closed_since_ms = None


EYES_CLOSED_TIME = Measure(
    id="eyes_closed_time",
    group=Group.EYES,
    label=Text(
        "Eyes closed or lowered, longer than a blink",
        "Yeux fermés ou baissés, plus d'un clignement",
    ),
    unit="%",
    decimals=0,
    low=0,
    high=100,
    over=Over.SHARE,
    display_window_ms=60_000,
    needs=EYE_OPENNESS.needs,
    limits=Text(
        "How the eyes look, not how tired a child is. Reading and looking down lower the lids; "
        "with the head down more than 15° lowered lids are not measured.",
        "L'aspect des yeux, pas la fatigue. Lire ou regarder vers le bas abaisse les paupières ; "
        "tête baissée de plus de 15°, des paupières basses ne sont pas mesurées.",
    ),
    tested="Made-up eyes: square waves of 10 and 40 % within 1.5 %; blinks count as none.",
    formula="share of measurable time with openness < 0.2, from 0.3 s after closing on (PERCLOS "
    "P80)",
    source="Wierwille 1994",
    algorithm_version=4,
    minimum_hz=8.0,
    minimum_seconds=10.0,
    conditions=EYE_OPENNESS.conditions,
    hidden_by=(HEAD_DOWN,),
    make=ClosedEyes,
)
