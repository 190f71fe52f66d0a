"""epedicare batch in a process of its own, to be stopped or killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial


def start_batch(*arguments: object) -> subprocess.Popen[str]:
    """As from a terminal: what runs in the background ignores Ctrl-C, and hands that down."""
    command = [sys.executable, "-c", "from agent.commands.cli import main; main()", "batch"]
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
