"""What notebooks import, and the one in the documents, run as it stands."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from kept_sessions import keep_live_run
from synthetic import Child, film

import agent
from agent import Session, Table, analyze, open_session
from agent.errors import CannotExport, NoSuchSession, NotAVideo, OtherVideo
from agent.export.format import Format
from agent.export.formats import export_session
from agent.observation import Mark
from models.clips import TALKING_FACE, clips_folder

pytestmark = pytest.mark.unit

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The names that the notebook leaves behind."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    names: dict[str, Any] = {}
    cells = [c for c in json.loads(NOTEBOOK.read_text())["cells"] if c["cell_type"] == "code"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPEDICARE_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setattr(plt, "show", lambda: None)  # as a notebook does, it keeps the figure
        for cell in cells:
            source = "".join(cell["source"])
            exec(compile(source, cell["id"], "exec"), names)
        yield names
        plt.close("all")


@pytest.fixture(scope="module")
def analysed(notebook: dict[str, Any]) -> Session:
    session: Session = notebook["session"]
    return session


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marked")
    commands = {30: (Mark("name called"),)}
    keep_live_run(folder, film(5, lambda t: Child() if t < 3 else None, commands=commands), run=1)
    keep_live_run(folder, film(1), run=2)
    return folder


def test_the_notebook_ends_in_a_figure_with_the_head_the_blinks_and_a_picture(
    notebook: dict[str, Any],
) -> None:
    course, still = notebook["figure"].axes
    assert course.get_ylabel().startswith("Head turned") and "deg" in course.get_ylabel()
    assert len(course.lines[0].get_xdata()) == len(notebook["frames"])
    assert len(notebook["onsets_s"]) > 0
    assert still.images[0].get_array().shape == notebook["picture"].shape


def test_the_names_that_notebooks_build_upon() -> None:
    """A name or an argument that is gone breaks what others wrote: think twice."""
    assert agent.__all__ == ["Session", "Table", "analyze", "open_session"]
    assert _public(Session) == {
        *("id", "folder", "duration_ms", "facts", "notes"),
        *("frames", "windows", "events", "annotations", "pictures"),
    }
    assert _public(Table) == {*("arrow", "columns", "units", "meanings", "to_pandas", "to_polars")}
    assert _arguments(open_session) == ["session", "data", "video"]
    assert _arguments(analyze) == ["video", "output", "data", "timestamps", "track", "person"]
    for named in (Session, Table, analyze, open_session):
        assert named.__doc__
    with pytest.raises(AttributeError, match="nothing"):
        _ = agent.nothing


def _public(of: type) -> set[str]:
    fields = getattr(of, "__dataclass_fields__", {})
    return {name for name in {*vars(of), *fields} if not name.startswith("_")}


def _arguments(of: Callable[..., object]) -> list[str]:
    return list(inspect.signature(of).parameters)


def test_its_tables_are_those_of_the_export_with_units_and_meanings(
    marked: Path, tmp_path: Path
) -> None:
    export_session(marked, Format.PARQUET, tmp_path)
    session = open_session(marked)
    for name in ("frames", "windows", "events"):
        table: Table = getattr(session, name)
        exported = pyarrow.parquet.read_table(tmp_path / f"{name}.parquet")
        assert table.arrow.equals(exported)
        assert table.arrow.schema.equals(exported.schema, check_metadata=True)
        assert len(table) == exported.num_rows > 0
    assert session.frames.units["head_yaw"] == "deg"
    assert session.frames.meanings["session_ms"]
    assert "quality" not in session.frames.units
    assert session.notes == ()


def test_annotations_are_what_people_marked(marked: Path) -> None:
    annotations = open_session(marked).annotations
    assert list(annotations["label"]) == ["name called"]
    assert annotations.units["onset_ms"] == "ms"


def test_a_withheld_value_is_not_a_number_and_a_time_stays_whole(marked: Path) -> None:
    frames = open_session(marked).frames
    withheld = frames["head_yaw.quality"] == "not_measurable"
    assert withheld.any() and not withheld.all()
    assert np.array_equal(np.isnan(frames["head_yaw"]), withheld)
    assert frames["session_ms"].dtype == np.int64
    with pytest.raises(KeyError):
        frames["nonsense"]


def test_other_libraries_take_a_table_as_an_arrow_stream(marked: Path) -> None:
    table = open_session(marked).windows
    assert pa.table(table).equals(table.arrow)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_data_frame_where_the_library_is_installed_else_what_to_do(
    marked: Path, library: str
) -> None:
    table = open_session(marked).events
    convert = getattr(table, f"to_{library}")
    if importlib.util.find_spec(library) is None:
        with pytest.raises(CannotExport, match=f"uv pip install {library}"):
            convert()
    else:
        assert list(convert().columns) == table.columns


def test_pictures_come_by_the_keys_of_frames_in_the_order_of_the_video(analysed: Session) -> None:
    keys = analysed.frames["media_us"]
    found = list(analysed.pictures([keys[9], keys[2]]))
    assert [key for key, _ in found] == [keys[2], keys[9]]
    width, height = (analysed.frames[side][2] for side in ("width", "height"))
    assert all(p.shape == (height, width, 3) and p.dtype == np.uint8 for _, p in found)
    assert not np.array_equal(found[0][1], found[1][1])
    assert list(analysed.pictures([])) == []
    with pytest.raises(KeyError, match="-5"):
        list(analysed.pictures([keys[0], -5]))


def test_a_session_opens_again_by_the_beginning_of_its_id_with_its_own_video_alone(
    analysed: Session, marked: Path
) -> None:
    data = analysed.folder.parents[1]
    clip = clips_folder() / TALKING_FACE.name
    again = open_session(analysed.id[:6], data=data, video=clip)
    assert again.folder == analysed.folder and again.duration_ms == analysed.duration_ms
    with pytest.raises(OtherVideo, match="not the video"):
        open_session(marked, video=clip)
    with pytest.raises(OtherVideo, match="video=PATH"):
        next(open_session(marked).pictures([0]))


def test_what_is_no_session_and_what_is_no_video_are_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSession):
        open_session(tmp_path)
    no_video = tmp_path / "notes.mp4"
    no_video.write_text("nothing to see")
    with pytest.raises(NotAVideo):
        analyze(no_video, output=tmp_path / "session")


async def test_a_session_opens_where_an_event_loop_runs_as_in_a_notebook(marked: Path) -> None:
    assert asyncio.get_running_loop()
    assert open_session(marked).duration_ms > 0
