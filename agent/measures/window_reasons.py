"""Why a window's value is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.measures import reasons
from agent.measures.declarations import Measure, Over
from agent.measures.labels import Reason
from agent.measures.window_bins import VALID, Bins, Sums

LEAST_FRACTION = 0.5  # of a window that must have been measurable
MOST_HIDDEN = 0.1  # of the time, for reasons that go with what is measured: the rest is biased
TOO_LITTLE, MISLEADS = reasons.TOO_LITTLE_TIME.id, reasons.REST_WOULD_MISLEAD.id


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a window covers."""

    window_ms: int  # 0: the session so far
    length_s: float
    elapsed_s: float  # since the session began
    least_fraction: float  # that must have been measurable


class WindowReasons:
    def __init__(self, measures: Sequence[Measure], all_reasons: Sequence[Reason]) -> None:
        self._measures = measures
        self._ids = ["", *(r.id for r in all_reasons)]  # place 0: not withheld
        self._least_s = np.array([m.minimum_seconds for m in measures])
        self._every = np.arange(len(measures))
        self._hides = np.array(
            [[r in [h.id for h in m.hidden_by] for r in self._ids] for m in measures]
        ).reshape(len(measures), len(self._ids))

    @property
    def places(self) -> int:
        return len(self._ids)

    def of(
        self,
        sums: Sums,
        fraction: np.ndarray,
        counts: Sequence[int],
        stretch: Stretch,
        bins: Bins,
        failed: frozenset[str],
    ) -> list[tuple[str, ...]]:
        """For each measure; empty: its value is told. fraction: measurable part of the stretch."""
        valid_s = sums.rows[VALID]
        hidden_by_s = sums.withheld_s * self._hides
        hidden_s = hidden_by_s.sum(axis=1)
        is_enough = (valid_s >= self._least_s) & (fraction >= stretch.least_fraction)
        is_hidden = is_enough & (hidden_s > MOST_HIDDEN * (valid_s + hidden_s))
        withheld_s = np.where(is_hidden[:, None], hidden_by_s, sums.withheld_s)[:, 1:]
        main = np.where(withheld_s.any(axis=1), withheld_s.argmax(axis=1) + 1, 0)
        lasts = (bins.last_withheld_s[self._every, main] > 0).tolist()
        why: list[tuple[str, ...]] = []
        for measure, count, enough, hidden, place, main_lasts, measured_s in zip(
            self._measures,
            counts,
            is_enough.tolist(),
            is_hidden.tolist(),
            main.tolist(),
            lasts,
            valid_s.tolist(),
            strict=True,
        ):
            if measure.id in failed:
                why.append((reasons.MEASURE_FAILED.id,))
            elif 0 < stretch.window_ms < measure.minimum_seconds * 1000:
                why.append((reasons.WINDOW_TOO_SHORT.id,))
            elif not enough:
                main_reason = self._ids[place]
                why.append(_too_little(measured_s, stretch, measure, main_reason, main_lasts))
            elif hidden:
                why.append(_with_main(MISLEADS, self._ids[place], main_lasts))
            elif measure.over is Over.DURATION and not count:
                why.append((reasons.NONE_YET.id,))
            else:
                why.append(())
        return why


def _too_little(
    valid_s: float, stretch: Stretch, measure: Measure, main_reason: str, main_lasts: bool
) -> tuple[str, ...]:
    needed_s = max(LEAST_FRACTION * stretch.window_ms / 1000, measure.minimum_seconds)
    if stretch.elapsed_s < needed_s and valid_s >= LEAST_FRACTION * stretch.elapsed_s:
        return (reasons.WINDOW_FILLING.id,)
    if main_reason in ("", TOO_LITTLE):
        return (TOO_LITTLE,)
    return _with_main(TOO_LITTLE, main_reason, main_lasts)


def _with_main(why: str, main_reason: str, main_lasts: bool) -> tuple[str, str]:
    """The main reason comes first while it lasts; later its words are not true of now."""
    return (main_reason, why) if main_lasts else (why, main_reason)
