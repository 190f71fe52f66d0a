"""Real clips through the whole pipeline; needs the model bundles and the sample clips."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from kept_sessions import kept
from made_videos import make_video, plain_picture

from agent.errors import LogFailed, NotAVideo
from agent.offline import AnalysedSession, analyse_session, analyse_video
from agent.record import LogReader, new_session_id
from agent.wire.generated import analysis_pb2 as pb
from models.clips import clips_folder
from models.digest import sha256_of

pytestmark = pytest.mark.unit

SHORT = "single_face.mp4"  # 72 frames
TALKING = "WolfgangLanger_Pexels.mp4"  # 472 frames with events
COMPUTED = ("/observation", "/frame", "/window", "/event", "/summary")


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> AnalysedSession:
    folder = tmp_path_factory.mktemp("short") / "session"
    return analyse_video(clips_folder() / SHORT, folder)


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> AnalysedSession:
    folder = tmp_path_factory.mktemp("talking") / new_session_id()
    return analyse_video(clips_folder() / TALKING, folder)


def messages(folder: Path, *topics: str) -> list[tuple[str, int, bytes]]:
    return kept(folder / "run-000.mcap", *topics)


def test_the_same_file_gives_the_same_messages_under_load(
    short: AnalysedSession, tmp_path: Path
) -> None:
    done = threading.Event()

    def burn() -> None:
        while not done.is_set():
            sum(range(20_000))

    burners = [threading.Thread(target=burn) for _ in range(3)]
    for burner in burners:
        burner.start()
    try:
        analyse_video(clips_folder() / SHORT, tmp_path / "again")
    finally:
        done.set()
        for burner in burners:
            burner.join()
    everything = ("/provenance", "/registry", *COMPUTED)
    assert messages(tmp_path / "again", *everything) == messages(short.folder, *everything)


def test_a_talking_face_is_measured(talking: AnalysedSession) -> None:
    assert talking.frames == 472
    assert talking.notes == ()
    assert talking.duration_ms == pytest.approx(472 * 1001 / 24, abs=50)
    assert len(messages(talking.folder, "/event")) > 3
    measured = [value for value in talking.summary.values if value.HasField("value")]
    assert len(measured) > 10


def test_its_measures_can_be_computed_again(talking: AnalysedSession, tmp_path: Path) -> None:
    analyse_session(talking.folder, tmp_path / "again")
    assert messages(tmp_path / "again", *COMPUTED) == messages(talking.folder, *COMPUTED)


def test_an_offline_log_holds_no_clock(short: AnalysedSession) -> None:
    for entry in LogReader(short.folder / "run-000.mcap").entries():
        message = entry.message()
        if not isinstance(message, pb.Registry):
            assert not message.HasField("timing"), entry.topic


def test_provenance_names_the_file_and_the_versions(talking: AnalysedSession) -> None:
    (entry,) = LogReader(talking.folder / "run-000.mcap").entries({"/provenance"})
    provenance = entry.message()
    assert isinstance(provenance, pb.Provenance)
    assert provenance.session_id == talking.folder.name
    assert provenance.source == "file"
    assert provenance.video_sha256 == sha256_of(clips_folder() / TALKING)
    assert provenance.mediapipe_version == "0.10.33"
    assert len(provenance.model_sha256) == 3
    assert provenance.cpu
    assert {"pyav", "libavcodec", "camera_hz"} <= set(provenance.configuration)


def test_times_of_a_variable_frame_rate_are_kept(tmp_path: Path) -> None:
    times_ms = (500, 533, 600, 601, 1100, 2000, 2040)
    video = make_video(tmp_path / "v.mp4", plain_picture(), times_ms)
    analysed = analyse_video(video, tmp_path / "out")
    frames = [t_ms for _, t_ms, _ in messages(analysed.folder, "/frame")]
    assert frames == [t_ms - 500 for t_ms in times_ms]


def test_nothing_is_written_for_a_file_that_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "letter.mp4").write_text("Dear colleague\n" * 99)
    tiny = make_video(tmp_path / "tiny.mp4", plain_picture(16, 16), range(0, 400, 40))
    for video, why in ((tmp_path / "letter.mp4", "is no video"), (tiny, "16 x 16 px is unusable")):
        with pytest.raises(NotAVideo, match=why):
            analyse_video(video, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_stops_the_analysis(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    video = make_video(tmp_path / "v.mp4", plain_picture(), range(0, 4000, 40))
    with pytest.raises(LogFailed):
        analyse_video(video, tmp_path / "file" / "out")


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    video = make_video(tmp_path / "v.mp4", plain_picture(), range(0, 400, 40))
    analyse_video(video, tmp_path / "out", lambda done, expected: seen.append((done, expected)))
    assert seen == [(number, 10) for number in range(1, 11)]
