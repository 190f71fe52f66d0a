"""Keeps MediaPipe's start-up chatter off the terminal; no setting of its own does."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator

log = logging.getLogger(__name__)


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Sends what libraries write to the process's standard error to the debug log."""
    sys.stderr.flush()
    kept = os.dup(2)
    # In memory: where jobs run, nothing may be written to a folder for temporary files.
    with os.fdopen(os.memfd_create("stderr"), "w+b") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            for line in file.read().decode(errors="replace").splitlines():
                log.debug("%s", line)
