"""How long blinks last: only where pictures follow each other fast enough to tell."""

from __future__ import annotations

from agent.measures.catalogue.blinks import BLINK, BLINK_RATE
from agent.measures.declarations import Group, Measure, Over
from agent.measures.labels import Text

BLINK_DURATION = Measure(
    id="blink_duration",
    group=Group.EYES,
    label=Text("Duration of blinks", "Durée des clignements"),
    unit="s",
    decimals=2,
    low=0,
    high=0.5,
    over=Over.DURATION,
    display_window_ms=60_000,
    needs=Text(
        "As for blinks, and half of the pictures no more than 42 ms after the one before (24 a "
        "second).",
        "Comme pour les clignements, et la moitié des images à 42 ms au plus de la précédente (24 "
        "par seconde).",
    ),
    limits=Text(
        "From when the lids have clearly left their open place until they are mostly back: the "
        "first and last part of a blink are not in it. Longer closures are events of their own.",
        "Du moment où les paupières ont nettement quitté leur position ouverte jusqu'à leur "
        "retour presque complet : le tout début et la toute fin n'y sont pas. Les fermetures plus "
        "longues sont des événements à part.",
    ),
    tested="Made-up eyes: the mean of blinks of 0.25 and of 0.4 s within 0.02 s at 25 and 30 Hz, "
    "pictures jittered and 5 % of them lost; withheld at 20 Hz. Not compared with a fast camera.",
    formula="mean of offset − onset of the blink events, each crossing interpolated between "
    "pictures; withheld while the median interval of pictures is above 42 ms",
    source=BLINK_RATE.source,
    minimum_hz=BLINK_RATE.minimum_hz,
    longest_interval_ms=42.0,
    minimum_seconds=10.0,
    conditions=BLINK_RATE.conditions,
    counts=BLINK,
)
