"""Labels that people made: events with a begin and an end, or one value per frame.

A file with the columns onset_s, offset_s and label holds events; its other columns are left alone.
Any other holds values: columns named by measures, and t_s or frame (counted from 0), or neither
when there is a row for each frame. Times count from the first frame.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from agent.errors import FileRefused
from agent.offline.csv_table import read_table
from agent.validation.event_labels import EVENT_COLUMNS, EventLabels, event_labels
from agent.validation.value_labels import ValueLabels, value_labels

Labels = EventLabels | ValueLabels


def read_labels(path: Path, also: Collection[str] = ()) -> Labels:
    """`also`: kinds that were looked for, and of which the file may hold no event.

    Raises FileRefused with the file's line.
    """
    table = read_table(path)
    if set(EVENT_COLUMNS) & set(table.heading):
        return event_labels(table, also)
    if also:
        raise FileRefused(f"{path.name} holds values per frame, and --label is for events")
    return value_labels(table)
