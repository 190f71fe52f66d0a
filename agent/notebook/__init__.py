"""Sessions in a notebook: the exported tables as Arrow, and the pictures that they were made from.

    from agent import analyze, open_session

    session = analyze("clip.mp4")             # or open_session("4f1c"), or a session's folder
    session.frames["head_yaw"]                # numpy, NaN where it was withheld
    session.windows.to_pandas()
    session.frames.units["head_yaw"]          # "deg"

docs/notebook.ipynb goes from a clip to a figure; docs/session-folder.md names every column.
"""

from agent.notebook.session import Session, analyze, open_session
from agent.notebook.table import Table

__all__ = ["Session", "Table", "analyze", "open_session"]
