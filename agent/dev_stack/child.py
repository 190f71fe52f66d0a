"""One program of the stack: how it is started, when it is started again, how it is stopped."""

import contextlib
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
STEADY_S = 30.0  # a program that ran this long is forgiven its earlier deaths


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    grace_s: float = 1.0  # from SIGTERM to SIGKILL
    may_finish: bool = False  # exit code 0 is its end, not a failure


class BackOff:
    """Doubles the pause before each new start until the program has run for a while."""

    def __init__(self) -> None:
        self._pause_s = FIRST_PAUSE_S

    def pause_s(self, ran_s: float) -> float:
        if ran_s >= STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        pause_s = self._pause_s
        self._pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        return pause_s


def how_it_ended(exit_code: int, log: Path) -> str:
    if exit_code < 0:
        return f"killed by {signal.Signals(-exit_code).name}"
    said = last_line(log)
    return f"exit code {exit_code}: {said}" if said else f"exit code {exit_code}"


def last_line(log: Path) -> str:
    """The last thing that a program said, for the one line that tells of its death."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = file.read().decode(errors="replace").split("\n")
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
    return ""


def fresh_log(log: Path) -> None:
    """Keeps the log of the start before this one beside the new one."""
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))


def signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
