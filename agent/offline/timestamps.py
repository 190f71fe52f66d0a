"""Capture times of a clip's frames from a file, for containers that lie about time."""

from __future__ import annotations

from pathlib import Path

from agent.errors import FileRefused
from agent.offline.csv_table import read_table, refused

US_PER = {"t_s": 1_000_000, "t_ms": 1000, "t_us": 1}
SHORTEST_US = 1000  # media time counts whole milliseconds
LONGEST_US = 24 * 3600 * 1_000_000  # what claims more has broken times


class Timestamps:
    """One capture time per decoded picture, in µs; the line of each is known."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.times_us: list[int] = []
        self.lines: list[int] = []
        table = read_table(path, heading_if_none=("t_s",))
        column = next((name for name in table.heading if name in US_PER), None)
        if column is None:
            raise refused(
                path,
                table.heading_line,
                "no column of times: name it t_s, t_ms or t_us, or give seconds without a heading",
            )
        for row in table.rows:
            t_us = round(table.number(row, column) * US_PER[column])
            if self.times_us and t_us - self.times_us[-1] < SHORTEST_US:
                raise table.refused(
                    row, f"{table.cell(row, column)} is not at least 1 ms after the time before it"
                )
            if self.times_us and t_us - self.times_us[0] > LONGEST_US:
                raise table.refused(
                    row, f"{table.cell(row, column)} is more than 24 hours after the first time"
                )
            self.times_us.append(t_us)
            self.lines.append(row.line)
        if not self.times_us:
            raise FileRefused(f"{path.name} holds no times")

    @property
    def rate_hz(self) -> float | None:
        intervals = len(self.times_us) - 1
        if not intervals:
            return None
        return 1e6 * intervals / (self.times_us[-1] - self.times_us[0])

    def check_count(self, frames: int, video: Path) -> None:
        """Raises FileRefused unless there is a time for each frame and a frame for each time."""
        times = len(self.times_us)
        if times == frames:
            return
        counts = f"there are {times} times, and {video.name} has {frames} frames"
        if times < frames:
            raise refused(self.path, self.lines[-1], f"the times end here: {counts}")
        raise refused(self.path, self.lines[frames], f"one time too many: {counts}")
