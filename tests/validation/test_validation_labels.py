"""Files that people wrote: what is wrong in them is told in one line, with the file's line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.errors import EpedicareError, FileRefused
from agent.validation.event_labels import KINDS, EventLabels
from agent.validation.frames import FrameTimes
from agent.validation.labels import read_labels
from agent.validation.value_labels import ValueLabels

pytestmark = pytest.mark.unit

TEN_SECONDS = FrameTimes(np.arange(0, 10_000, 40))  # 250 frames, the last shown until 10 s
EVENTS = b"onset_s,offset_s,label\n"


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    return path


def test_events_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        b"\xef\xbb\xbfonset_s, offset_s ,Label,who\r\n1.0,1.2,blink,AB\r\n"
        b"\r\n1.5,3,Look away,AB\r\n4,4,smile,\r\n",
    )
    labels = read_labels(path)
    assert isinstance(labels, EventLabels)
    assert [(e.line, e.kind, e.onset_ms, e.offset_ms) for e in labels.events] == [
        (2, "blink", 1000, 1200),
        (4, "look_away", 1500, 3000),
        (5, "smile", 4000, 4000),
    ]
    assert [kind.id for kind in labels.kinds] == ["blink", "look_away", "smile"]
    assert labels.measures == ("blink_rate", "facing_screen", "smile")
    labels.check(TEN_SECONDS)


def test_a_kind_that_never_happened_can_be_named(tmp_path: Path) -> None:
    labels = read_labels(written(tmp_path, EVENTS), ["mouth-open", "Blink"])
    assert isinstance(labels, EventLabels)
    assert [kind.id for kind in labels.kinds] == ["blink", "mouth_open"]
    assert labels.events == ()


@pytest.mark.parametrize(("heading", "places"), [("t_s,", "0.04,0.4,9.96"), ("frame,", "1,10,249")])
def test_values_are_read_and_placed(tmp_path: Path, heading: str, places: str) -> None:
    at = places.split(",")
    rows = f"{at[0]},1.5,-3\n{at[1]},,4\n{at[2]},2,\n"
    labels = read_labels(written(tmp_path, f"{heading}head_yaw,head_pitch\n{rows}".encode()))
    assert isinstance(labels, ValueLabels)
    labels.check(TEN_SECONDS)
    assert labels.measures == ("head_yaw", "head_pitch")
    assert labels.times_ms(TEN_SECONDS) == pytest.approx([40, 400, 9960])
    np.testing.assert_array_equal(labels.values, [[1.5, -3], [np.nan, 4], [2, np.nan]])


TWO = [("blink", 1200, 1350), ("smile", 4000, 9500)]


@pytest.mark.parametrize(
    "content",
    [
        b"onset_s,offset_s,label,,\r\n1.20,1.35,blink,,\r\n4,9.5,smile,,\r\n,,,,\r\n",
        b"onset_s;offset_s;label\r\n1,20;1,35;blink\r\n4;9,5;smile\r\n",
        b"\xef\xbb\xbfonset_s;offset_s;label;\r\n1.20;1.35;blink;\r\n4;9.5;smile;\r\n",
        b"sep=;\r\nonset_s;offset_s;label\r\n1,20;1,35;blink\r\n4;9,5;smile\r\n",
        b'"sep=,"\nonset_s,offset_s,label\n1.20,1.35,blink\n4,9.5,smile\n',
        b"SEP=\t\nonset_s\toffset_s\tlabel\n1,20\t1,35\tblink\n4\t9,5\tsmile\n",
        b"onset_s\toffset_s\tlabel\n1,20\t1.35\tblink\n4\t9.5\tsmile\n",
        "onset_s\toffset_s\tlabel\r\n1,20\t1,35\tblink\r\n4\t9,5\tsmile\r\n".encode("utf-16"),
        b'"onset_s";"offset_s";"label";"a,b"\n"1,20";"1,35";"blink";"x;y"\n4;9,5;smile;\n',
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, content: bytes) -> None:
    labels = read_labels(written(tmp_path, content))
    assert isinstance(labels, EventLabels)
    assert [(e.kind, e.onset_ms, e.offset_ms) for e in labels.events] == TWO


def test_the_lines_of_a_file_that_names_its_separator_are_counted_with_it(tmp_path: Path) -> None:
    content = b"sep=;\nonset_s;offset_s;label\n1;x;blink\n"
    with pytest.raises(FileRefused, match="line 3: offset_s is not a number"):
        read_labels(written(tmp_path, content))


def test_rows_without_a_place_are_the_frames(tmp_path: Path) -> None:
    labels = read_labels(written(tmp_path, b"smile\n" + b"0.5\n" * 250))
    labels.check(TEN_SECONDS)
    assert isinstance(labels, ValueLabels)
    np.testing.assert_array_equal(labels.times_ms(TEN_SECONDS), TEN_SECONDS.t_ms)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "labels.csv is empty"),
        (b"\n\n", "labels.csv is empty"),
        (EVENTS, "labels.csv holds no events; name what was looked for with --label"),
        (b"head_yaw\n", "labels.csv has a heading and no rows"),
        (b"onset_s,label\n1,blink\n", "line 1: events need the columns.*missing: offset_s"),
        (b"onset_s;offset_s\tlabel\n1;2\tblink\n", "line 1: separate the columns with one of"),
        (EVENTS + b"1,5,2,5,blink\n", "line 2: it has 5 cells where .* written with a point"),
        (b"sep=;\n" + EVENTS + b"1,2,blink\n", "line 2: separate the columns with"),
        (b"onset_s;offset_s;label\n1.234,5;2;blink\n", "line 2: .* not a number: '1.234,5'"),
        (b"onset_s,offset_s,label,label\n", "line 1: the column 'label' is there twice"),
        (EVENTS + b"1,2,blink\none,2,blink\n", "line 3: onset_s is not a number: 'one'"),
        (EVENTS + b"1,nan,blink\n", "line 2: offset_s is not a number: 'nan'"),
        (EVENTS + b'"1,5",2,blink\n', "line 2: onset_s is not a number: '1,5'"),
        (EVENTS + b"1,,blink\n", "line 2: offset_s is not a number: ''"),
        (EVENTS + b"2,1,blink\n", "line 2: offset_s 1 is before onset_s 2"),
        (EVENTS + b"-1,1,blink\n", "line 2: onset_s -1 is before the video's first frame"),
        (EVENTS + b"1,2,blnk\n", r"'blnk' is no label \(did you mean blink\?\); labels are"),
        (EVENTS + b"1,2,happy\n", "line 2: 'happy' is no label; labels are blink, .*smile"),
        (EVENTS + b"1,2,blink\n9,11,smile\n", "line 3: smile ends at 11 s, and the video at 10 s"),
        (EVENTS + b"3,4,blink\n1,2,smile\n", "line 3: not sorted: onset_s 1 comes after 3"),
        (EVENTS + b"1,1,blink\n1,1,blink\n", "line 3: blink begins before that of line 2 ends"),
        (EVENTS + b"1,3,smile\n2,4,smile\n", "line 3: smile begins before that of line 2 ends"),
        (EVENTS + b"1,2\n", "line 2: it has 2 cells where the columns are onset_s,"),
        (EVENTS + b"1,2,blink\n1,2,clign\xe9\n", "line 3: it is not UTF-8 text"),
        (EVENTS + b"1,2,blink\n\0\0", "line 3: it is not text"),
        (EVENTS + b'1,2,"blink\n', "line 2: it is not CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1: it is not UTF-8 text"),
        (b"t_s,frame,head_yaw\n1,1,1\n", "line 1: t_s or frame, not both"),
        (b"t_s\n1\n", "line 1: no column is named by a measure"),
        (b"t_s,yaw\n1,1\n", "line 1: 'yaw' is no column; .*head_yaw"),
        (b"t_s,blink_rate\n1,1\n", "line 1: blink_rate has no value per frame; label its events"),
        (b"t_s,head_yaw\n1,1\n1,2\n", "line 3: not sorted: t_s 1 comes after 1"),
        (b"t_s,head_yaw\n1,1\n12,2\n", "line 3: t_s 12 is out of the video, which has 250 frames"),
        (b"frame,head_yaw\n1,1\n250,2\n", "line 3: frame 250 is out of the video"),
        (b"frame,head_yaw\n1.5,1\n", "line 2: frame 1.5 is no place in a video"),
        (b"frame,head_yaw\n1,x\n", "line 2: head_yaw is not a number: 'x'"),
        (b"head_yaw\n" + b"1\n" * 249, "line 250: there are 249 rows, and the video has 250"),
        (b"head_yaw\n" + b"1\n" * 252, "line 252: there are 252 rows, and the video has 250"),
    ],
)
def test_a_file_that_does_not_fit_is_told_in_one_line(
    tmp_path: Path, content: bytes, why: str
) -> None:
    with pytest.raises(FileRefused, match=why) as refusal:
        read_labels(written(tmp_path, content)).check(TEN_SECONDS)
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("labels.csv")


def test_what_is_asked_for_beside_the_file_must_fit(tmp_path: Path) -> None:
    with pytest.raises(EpedicareError, match="'joy' is no label; labels are blink"):
        read_labels(written(tmp_path, EVENTS), ["joy"])
    with pytest.raises(FileRefused, match="--label is for events"):
        read_labels(written(tmp_path, b"head_yaw\n1\n"), ["blink"])
    with pytest.raises(FileRefused, match="cannot be read"):
        read_labels(tmp_path)


def test_every_kind_that_a_measure_judges_can_be_labelled() -> None:
    assert {"blink", "look_away", "smile", "mouth_open", "head_nod", "hand_to_mouth"} <= set(KINDS)
    assert "mark" not in KINDS
