"""Two people in one picture, as a gallery shows them: the one followed is named, and chosen."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from agent.offline import VideoFile, analyse_video
from agent.record import LogReader
from agent.wire.generated import analysis_pb2 as pb
from models.clips import clips_folder

pytestmark = pytest.mark.unit

SHORT = clips_folder() / "single_face.mp4"  # 72 frames


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same person twice, side by side, on the right in a mirror."""
    path = tmp_path_factory.mktemp("gallery") / "gallery.mp4"
    video = VideoFile(SHORT)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "16"})
        for frame in video.frames():
            both = np.hstack((frame.image, frame.image[:, ::-1]))
            if not stream.codec_context.is_open:
                stream.height, stream.width = both.shape[:2]
                stream.pix_fmt = "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(both, format="rgb24")))
        container.mux(stream.encode())
    video.close()
    return path


def places(folder: Path) -> dict[int, float]:
    """Of each person followed, where across the picture the nose was on average."""
    across: dict[int, list[float]] = {}
    for entry in LogReader(folder / "run-000.mcap").entries({"/observation"}):
        message = entry.message()
        assert isinstance(message, pb.Observation)
        if message.HasField("face"):
            x = np.frombuffer(message.face.landmarks, np.float32).reshape(-1, 3)[1, 0]
            across.setdefault(message.face.person, []).append(float(x))
    return {person: float(np.mean(xs)) for person, xs in across.items()}


def test_the_one_followed_is_named_and_the_other_can_be_chosen(
    gallery: Path, tmp_path: Path
) -> None:
    first = analyse_video(gallery, tmp_path / "first")
    (followed,) = places(first.folder)
    other = 3 - followed
    (note,) = first.notes
    assert note.startswith("2 people were seen: person 1 (")
    assert f"person {other} (" in note and "was not followed" in note
    chosen = analyse_video(gallery, tmp_path / "chosen", person=other)
    assert chosen.notes == ()
    assert list(places(chosen.folder)) == [other]
    (was,), (now,) = places(first.folder).values(), places(chosen.folder).values()
    assert was + now == pytest.approx(1, abs=0.02)
    assert abs(was - now) > 0.3


def test_a_person_who_is_not_there_is_followed_by_nobody(gallery: Path, tmp_path: Path) -> None:
    analysed = analyse_video(gallery, tmp_path / "nobody", person=9)
    assert places(analysed.folder) == {}
    assert analysed.notes[0].startswith("person 9 was not found; person 1 (")
