"""The log in tools that know MCAP and protobuf and nothing of us; the layout for Foxglove."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lively_session import ODD_MARKS, keep_lively
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory

from agent.measures.registry import REGISTRY

pytestmark = pytest.mark.unit

LAYOUT = Path(__file__).resolve().parents[2] / "docs" / "foxglove-layout.json"
VALUE = re.compile(r"/frame\.values\[:\]\{measure==(\d+)\}\.value")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_lively(tmp_path_factory.mktemp("session")) / "run-000.mcap"


def test_every_message_is_read_by_the_schema_in_the_file(run: Path) -> None:
    topics = set()
    values = marks = 0
    with run.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True, decoder_factories=[DecoderFactory()])
        for schema, channel, logged, message in reader.iter_decoded_messages():
            assert schema is not None and schema.encoding == "protobuf"
            topics.add(channel.topic)
            if channel.topic == "/frame":
                assert message.t_ms * 1_000_000 == logged.log_time
                values += sum(value.HasField("value") for value in message.values)
            if channel.topic == "/event":
                marks += message.label in ODD_MARKS and message.label != ""
    assert {"/provenance", "/registry", "/observation", "/frame", "/event"} <= topics
    assert values > 10_000
    assert marks == len(ODD_MARKS) - 1


def test_foxgloves_layout_names_topics_and_measures_that_are_there(run: Path) -> None:
    panels = json.loads(LAYOUT.read_text("utf-8"))["configById"]
    with run.open("rb") as stream:
        summary = make_reader(stream).get_summary()
    assert summary is not None
    topics = {channel.topic for channel in summary.channels.values()}
    for panel in panels.values():
        for shown in panel.get("paths", []):
            found = VALUE.fullmatch(shown["value"])
            assert found is not None
            assert REGISTRY.measures[int(found[1])].id == shown["label"]
        assert panel.get("topicPath", "/frame") in topics
