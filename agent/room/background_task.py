"""Background tasks whose failure is never silent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

logger = logging.getLogger(__name__)


def run_in_background(
    work: Coroutine[None, None, None], name: str, on_failure: Callable[[str], None]
) -> asyncio.Task[None]:
    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("%s failed", name, exc_info=error)
            on_failure(f"{name} failed")

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(ended)
    return task
