"""Keeps a set of programs running, and leaves none of them behind.

Each program leads a process group of its own. One that dies is started again, later and later. A
guard process kills the groups should the supervisor itself be killed.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from agent.dev_stack import guard
from agent.dev_stack.child import BackOff, Child, fresh_log, how_it_ended, signal_group

LOOK_EVERY_S = 0.05

Tell = Callable[[str], None]


class _Kept:
    """A child, its present process and the task that starts it again."""

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.task: asyncio.Task[None] | None = None


async def _ended(process: subprocess.Popen[bytes]) -> int:
    while (exit_code := process.poll()) is None:
        await asyncio.sleep(LOOK_EVERY_S)
    return exit_code


class Supervisor:
    def __init__(self, logs: Path, tell: Tell) -> None:
        self._logs = logs
        self._tell = tell
        self._kept: list[_Kept] = []
        self._guard: subprocess.Popen[str] | None = None

    def start(self, child: Child) -> None:
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = _Kept(child, self.log_of(child.name))
        fresh_log(kept.log)
        self._kept.append(kept)
        kept.task = asyncio.create_task(self._keep_running(kept))

    async def stop(self) -> None:
        """Ends every program, the last started first. May be called again."""
        while self._kept:
            await self._end(self._kept.pop())
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
            self._guard = None

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    async def _keep_running(self, kept: _Kept) -> None:
        loop = asyncio.get_running_loop()
        back_off = BackOff()
        while True:
            began = loop.time()
            try:
                exit_code = await self._run_once(kept)
            except OSError as error:
                ended = f"cannot be started: {error.strerror}"
            else:
                if exit_code == 0 and kept.child.may_finish:
                    self._tell(f"{kept.child.name} has finished")
                    return
                ended = f"stopped ({how_it_ended(exit_code, kept.log)})"
            pause_s = back_off.pause_s(loop.time() - began)
            self._tell(f"{kept.child.name} {ended}; starting it again in {pause_s:g} s")
            await asyncio.sleep(pause_s)

    async def _run_once(self, kept: _Kept) -> int:
        with kept.log.open("ab") as log:
            kept.process = subprocess.Popen(
                kept.child.command,
                env={**os.environ, **kept.child.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._tell_guard(f"+{kept.process.pid}")
        exit_code = await _ended(kept.process)
        self._forget(kept)
        return exit_code

    async def _end(self, kept: _Kept) -> None:
        if kept.task is not None:
            kept.task.cancel()
            await asyncio.wait([kept.task])
        process = kept.process
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_ended(process), kept.child.grace_s)
        self._forget(kept)
        process.wait()

    def _forget(self, kept: _Kept) -> None:
        """Kills what is left of the group: it may outlive its leader and hold ports and rooms."""
        assert kept.process is not None
        signal_group(kept.process.pid, signal.SIGKILL)
        self._tell_guard(f"-{kept.process.pid}")
        kept.process = None

    def _tell_guard(self, line: str) -> None:
        if self._guard is None:
            self._guard = subprocess.Popen(
                [sys.executable, "-S", "-E", guard.__file__],
                stdin=subprocess.PIPE,
                start_new_session=True,
                text=True,
            )
        assert self._guard.stdin is not None
        self._guard.stdin.write(line + "\n")
        self._guard.stdin.flush()
