"""How often the face turns away, and how long it stays."""

from __future__ import annotations

from agent.measures.catalogue.facing import FACING_SCREEN, LOOK_AWAY, Facing
from agent.measures.declarations import Group, Measure, Over
from agent.measures.labels import Text
from agent.measures.samplers import reads

LOOK_AWAY_RATE = Measure(
    id="look_away_rate",
    group=Group.ORIENTATION,
    label=Text("Look-aways of the face per minute", "Détournements du visage par minute"),
    unit="/min",
    decimals=1,
    low=0,
    over=Over.RATE,
    display_window_ms=60_000,
    needs=FACING_SCREEN.needs,
    limits=FACING_SCREEN.limits,
    tested="Made-up heads: a square wave counted exactly. Photographed faces that are turned by "
    "33 to 50° or bowed by 28°: 10 of 10, begun within 0.3 s; by 15°: none.",
    formula="number of look-away events (300 ms or longer, breaks under 200 ms bridged) / "
    "measurable minutes",
    source=FACING_SCREEN.source,
    algorithm_version=FACING_SCREEN.algorithm_version,
    minimum_hz=FACING_SCREEN.minimum_hz,
    minimum_seconds=20.0,
    conditions=FACING_SCREEN.conditions,
    counts=LOOK_AWAY,
)
LONGEST_FACING = Measure(
    id="facing_longest",
    group=Group.ORIENTATION,
    label=Text("Longest time facing the screen", "Plus long moment tourné vers l'écran"),
    unit="s",
    decimals=0,
    low=0,
    over=Over.MAXIMUM,
    display_window_ms=60_000,
    needs=FACING_SCREEN.needs,
    limits=Text(
        "A loss of the face for more than half a second ends the stretch.",
        "Une perte du visage de plus d'une demi-seconde termine le moment.",
    ),
    tested="Made-up heads: within 0.2 s.",
    formula="longest stretch in which the face stayed toward the screen, up to the window's end",
    source=FACING_SCREEN.source,
    algorithm_version=FACING_SCREEN.algorithm_version,
    minimum_hz=FACING_SCREEN.minimum_hz,
    conditions=FACING_SCREEN.conditions,
    make=reads(Facing, lambda detector: detector.stretch_s),
)
