"""A small real face (30 px between the eye corners), seen at fewer pictures a second."""

from __future__ import annotations

from contextlib import closing

import pytest
from perceiving import perception
from playing import play

from agent.observation import Observation
from agent.offline import VideoFile
from agent.validation.thinning import thinned
from models.clips import clips_folder

pytestmark = pytest.mark.unit

CARPHONE = "carphone_pristine.mp4"
BLINKS_MS = (1368, 3070, 3737)  # tests/validation/labels


@pytest.fixture(scope="module")
def whole() -> list[Observation]:
    with perception() as watching, closing(VideoFile(clips_folder() / CARPHONE)) as film:
        seen = watching.observe_each(film.frames())
        return [each for each in seen if isinstance(each, Observation)]


@pytest.mark.parametrize("phase", [0, 1 / 3, 2 / 3])
@pytest.mark.parametrize("hz", [20, 18, 15])
def test_every_blink_is_found_and_none_is_invented(
    whole: list[Observation], hz: float, phase: float
) -> None:
    found = play(thinned(whole, hz, phase)).over("blink")
    assert [e.onset_ms for e in found] == pytest.approx(BLINKS_MS, abs=150)
