"""Adds up what a job has done since it last told its worker."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from agent.contract import AgentState
from agent.room.capacity import AnalysisSlots
from agent.room.job_report import MOST_DELAYS, JobReport, ReportLine, Work
from agent.room.live_analysis import LiveAnalysis
from agent.wire.generated import analysis_pb2 as pb


class WorkDone:
    def __init__(self, line: ReportLine, analysis: LiveAnalysis, slots: AnalysisSlots) -> None:
        self._line = line
        self._analysis = analysis
        self._slots = slots
        self._told_s = time.monotonic()
        self._counts = (0, 0, 0)
        self._landmarkers: Mapping[str, tuple[int, float]] = {}
        self._state = AgentState.WAITING
        self._keeping: pb.Keeping = pb.KEEPING_NOT_CONSENTED

    def tell(self, state: AgentState, keeping: pb.Keeping, *, is_last: bool = False) -> None:
        now_s = time.monotonic()
        analysis = self._analysis
        counts = (analysis.arrived, analysis.analysed, analysis.dropped)
        landmarkers = analysis.landmarkers()
        arrived, analysed, dropped = map(int.__sub__, counts, self._counts)
        self._line.tell(
            JobReport(
                process=os.getpid(),
                state=state,
                holds_slot=self._slots.held,
                arrived=arrived,
                analysed=analysed,
                dropped=dropped,
                delays_ms=analysis.delays_since(self._told_s)[-MOST_DELAYS:],
                landmarkers={
                    name: self._work_since(name, images, took_s)
                    for name, (images, took_s) in landmarkers.items()
                },
                refusals=_begins(state, self._state, AgentState.NO_CAPACITY),
                log_failures=_begins(keeping, self._keeping, pb.KEEPING_FAILED),
                is_last=is_last,
            )
        )
        self._told_s, self._counts, self._landmarkers = now_s, counts, landmarkers
        self._state, self._keeping = state, keeping

    def _work_since(self, name: str, images: int, took_s: float) -> Work:
        images_before, took_before_s = self._landmarkers.get(name, (0, 0.0))
        return Work(images=images - images_before, took_s=took_s - took_before_s)


def _begins(now: object, before: object, what: object) -> int:
    return int(now == what != before)
