"""What programs write down about themselves: lines for a terminal, or JSON for a collector.

Neither says who took part. JSON lines leave out what an exception says: it quotes values.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

LogFormat = Literal["text", "json"]

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
FACTS = "facts"  # of a record: what is said by name, not in words

request_id: ContextVar[str] = ContextVar("request_id", default="")  # empty: of no request
requests = logging.getLogger("epedicare.requests")


def start_logging(wanted: LogFormat) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if wanted == "json" else logging.Formatter(TEXT))
    handler.addFilter(_is_no_remark)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    requests.setLevel(logging.INFO if wanted == "json" else logging.WARNING)


def _is_no_remark(record: logging.LogRecord) -> bool:
    """LiveKit's client remarks on what others send it, in their words, by the root logger."""
    return record.name != "root" or record.levelno >= logging.WARNING


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if asked := request_id.get():
            said["request_id"] = asked
        facts = getattr(record, FACTS, None)
        if isinstance(facts, Mapping):
            said |= facts
        if record.exc_info is not None and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            said |= {"exception": kind.__name__, "where": traceback.format_tb(trace)}
        return json.dumps(said, ensure_ascii=False, default=str)
