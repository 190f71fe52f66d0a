"""Logs whose checksums hold and whose content is anything: an answer or one clear line, always."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kept_sessions import keep_live_run
from synthetic import film

from agent.errors import EpedicareError
from agent.export.format import Format
from agent.export.formats import export_session
from agent.observation import Command, Mark, SetBaseline
from agent.offline import analyse_session
from agent.offline.reproduction import reproduce
from agent.record import Entry, LogReader
from agent.record.channels import CHANNELS, ID_OF_TOPIC
from agent.record.file import LogFile
from agent.record.recover import recover_session
from agent.replay.app import Replay, ReplayTopic
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

INTEGERS = {
    FieldDescriptor.TYPE_UINT32: (0, 1, 77, 2**16, 2**31, 2**32 - 1),
    FieldDescriptor.TYPE_FIXED32: (0, 1, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 1, 2**53, 2**63, 2**64 - 1),
    FieldDescriptor.TYPE_FIXED64: (0, 2**64 - 1),
    FieldDescriptor.TYPE_INT64: (0, -1, 2**63 - 1, -(2**63)),
    FieldDescriptor.TYPE_INT32: (0, -1, 2**31 - 1, -(2**31)),
    FieldDescriptor.TYPE_SINT64: (0, -1, 2**63 - 1, -(2**63)),
    FieldDescriptor.TYPE_SFIXED64: (0, -1, 2**63 - 1, -(2**63)),
    FieldDescriptor.TYPE_SINT32: (0, -1, 2**31 - 1),
    FieldDescriptor.TYPE_ENUM: (0, 1, 9, 2**31 - 1, -1),
}
REALS = (0.0, -1.0, 1e30, math.nan, math.inf, -math.inf)
TABLES = ("frames", "windows", "events")
OTHER_FORMATS = sorted({*Format} - {Format.PARQUET, Format.CSV, Format.RERUN})
TEXTS = ("", "head_yaw", "t_ms", "a\nb", "\x00", "é" * 300, "=1+1")
BYTES = (b"", b"\x00" * 7, b"\xff" * 1912, b"\x00" * 5736)
SETTINGS = settings(
    deadline=None,
    derandomize=True,  # a change is judged by what it changes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    folder = tmp_path_factory.mktemp("session")
    commands: dict[int, tuple[Command, ...]] = {2: (Mark("name called"),), 5: (SetBaseline(),)}
    run = keep_live_run(
        folder,
        film(1.2, commands=commands),
        statuses=[pb.Status(t_ms=30, state=pb.AGENT_STATE_ANALYSING)],
    )
    return list(LogReader(run).entries())


def scalars(message: Message) -> Iterator[tuple[Message, Any]]:
    """Each field that holds no message, of the message and of those in it."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is None:
            yield message, field
        elif field.message_type.GetOptions().map_entry:
            continue
        elif field.is_repeated:
            for part in getattr(message, field.name)[:40]:
                yield from scalars(part)
        elif message.HasField(field.name):
            yield from scalars(getattr(message, field.name))


def spoil(message: Message, chance: random.Random) -> None:
    """One field becomes something else; or a part is there twice, or not at all."""
    holder, field = chance.choice(list(scalars(message)))
    value = _anything(field, chance)
    if field.is_repeated:
        getattr(holder, field.name).extend([value] * chance.choice((1, 3)))
    elif value is None:
        holder.ClearField(field.name)
    else:
        setattr(holder, field.name, value)
    if chance.random() < 0.1:
        message.MergeFrom(type(message).FromString(message.SerializeToString()))
    if chance.random() < 0.1:
        present = [f.name for f, _ in message.ListFields()]
        message.ClearField(chance.choice(present or ["origin"]))


def _anything(field: Any, chance: random.Random) -> Any:
    if field.type in INTEGERS:
        return chance.choice(INTEGERS[field.type])
    if field.type in (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE):
        return chance.choice(REALS)
    if field.type == FieldDescriptor.TYPE_STRING:
        return chance.choice(TEXTS)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return chance.choice(BYTES)
    return chance.random() < 0.5


def spoiled_session(folder: Path, entries: list[Entry], seed: int) -> Path:
    chance = random.Random(seed)
    for _ in range(chance.choice((1, 1, 2))):
        file = LogFile(folder)
        kept = entries[: chance.choice((5, 20, len(entries)))]
        targets = {chance.randrange(len(kept)) for _ in range(chance.choice((1, 2, 12)))}
        for number, entry in enumerate(kept):
            data, t_ms, topic = entry.data, entry.t_ms, entry.topic
            if number in targets:
                message = entry.message()
                spoil(message, chance)
                data = message.SerializeToString()
                if chance.random() < 0.15:
                    data = _bytes_changed(data, chance)
                if chance.random() < 0.15:
                    t_ms = chance.choice((0, 2**32, 10**13))
                if chance.random() < 0.1:
                    topic = chance.choice(list(CHANNELS))
            file.append(ID_OF_TOPIC[topic], t_ms, 0, data)
        if chance.random() < 0.8:
            file.finish()
        file.sync()
        file.close()
    return folder


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return (
        data[:at] + chance.randbytes(chance.choice((0, 1, 4))) + data[at + chance.choice((0, 1)) :]
    )


def answer_of(command: Callable[[Path], object], folder: Path) -> str:
    try:
        command(folder)
    except EpedicareError as refusal:
        return str(refusal)
    return ""


def recovered(folder: Path) -> None:
    recover_session(folder)


def exported_as(to: Format) -> Callable[[Path], None]:
    def exported(folder: Path) -> None:
        tables = folder / "tables"
        try:
            export_session(folder, to, tables)
        finally:
            written = {path.name for path in tables.glob("*")}
            assert not written or {f"{name}.{to.value}" for name in TABLES} <= written
            assert not list(tables.glob("*.part"))

    return exported


def exported_for_others(folder: Path) -> None:
    """Each format by itself: what one refuses, another may be able to hold."""
    for to in OTHER_FORMATS:
        out = folder / to.value
        refusal = answer_of(partial(export_session, to=to, out_dir=out), folder)
        assert "\n" not in refusal
        assert not (refusal and list(out.glob("*")))
        assert not list(out.rglob("*.part"))


def replayed(folder: Path) -> None:
    replay = Replay(folder, None)
    replay.manifest()
    for topic in ReplayTopic:
        for message in replay.timeline.messages(f"/{topic.value}", 0, None):
            assert isinstance(message, bytes)


def analysed(folder: Path) -> None:
    analyse_session(folder, folder / "again")


def reproduced(folder: Path) -> None:
    reproduce(folder)


@pytest.mark.parametrize(
    ("command", "examples"),
    [
        (recovered, 200),
        (exported_as(Format.PARQUET), 150),
        (exported_as(Format.CSV), 150),
        (exported_for_others, 30),
        (replayed, 400),
        (analysed, 200),
        (reproduced, 20),
    ],
    ids=[
        "recover",
        "export-parquet",
        "export-csv",
        "export-others",
        "replay",
        "analyze",
        "reproduce",
    ],
)
def test_whatever_a_log_holds_the_answer_is_one_or_one_clear_line(
    entries: list[Entry], command: Callable[[Path], None], examples: int
) -> None:
    @settings(SETTINGS, max_examples=examples)
    @given(st.integers(0, 2**32))
    @example(2909)  # a pose before the session's zero
    @example(1690921)  # poses that all have one time
    def tried(seed: int) -> None:
        with tempfile.TemporaryDirectory(prefix="fuzzed-") as made:
            folder = spoiled_session(Path(made), entries, seed)
            assert "\n" not in answer_of(command, folder)

    tried()
