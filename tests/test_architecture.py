"""Which folder may import which: read from the code, functions and TYPE_CHECKING included.

A rule that is broken is told with its file and line. A new folder gets a line in the tables.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = ("agent", "token_service", "models")

# Of our own rooms. `agent.errors` and `agent.contract` are for all.
FOR_ALL = {
    "agent.errors",
    "agent.contract",
    "agent.logs",
    "agent.metrics_endpoint",
    "agent.public_url",
    "agent.secret_files",
    "agent.settings",
}
OWN: dict[str, set[str]] = {
    "agent": {"agent.notebook"},
    "agent.errors": set(),
    "agent.contract": set(),
    "agent.logs": set(),
    "agent.metrics_endpoint": set(),
    "agent.public_url": set(),
    "agent.secret_files": set(),
    "agent.settings": set(),
    "agent.livekit_access": set(),
    "agent.livekit_keys": set(),
    "models": set(),
    "agent.observation": set(),
    "agent.measures": {"agent.observation"},
    "agent.overlay": {"agent.observation", "agent.measures"},
    "agent.perception": {"agent.observation", "models"},
    "agent.wire": {"agent.observation", "agent.measures", "agent.overlay"},
    "agent.pipeline": {"agent.observation", "agent.measures", "agent.overlay", "agent.wire"},
    "agent.record": {"agent.wire", "models"},
    "agent.export": {"agent.record", "agent.wire"},
    "agent.offline": {
        "agent.observation",
        "agent.perception",
        "agent.pipeline",
        "agent.record",
        "agent.wire",
        "models",
    },
    "agent.batch": {"agent.offline", "agent.perception", "agent.record", "models"},
    "agent.validation": {
        "agent.observation",
        "agent.measures",
        "agent.offline",
        "agent.record",
        "agent.wire",
    },
    "agent.methods": {"agent.export", "agent.measures", "agent.record", "agent.wire"},
    "agent.notebook": {"agent.export", "agent.offline", "agent.record", "token_service"},
    "agent.http": set(),
    "agent.replay": {"agent.http", "agent.record"},
    "agent.room": {
        "agent",
        "agent.livekit_access",
        "agent.observation",
        "agent.perception",
        "agent.pipeline",
        "agent.record",
        "agent.wire",
        "models",
    },
    "token_service": {"agent.export", "agent.http", "agent.record", "agent.replay"},
    "agent.dev_stack": {"agent.livekit_access", "agent.room", "models", "token_service"},
    "agent.commands": {
        "agent.batch",
        "agent.dev_stack",
        "agent.export",
        "agent.livekit_access",
        "agent.livekit_keys",
        "agent.measures",
        "agent.methods",
        "agent.offline",
        "agent.perception",
        "agent.record",
        "agent.replay",
        "agent.room",
        "agent.validation",
        "agent.wire",
        "models",
        "token_service",
    },
}

# Of what others wrote: what only these rooms may know. The rest is free.
ONLY_IN = {
    "mediapipe": {"agent.perception"},
    "openvino": {"agent.perception"},
    "livekit": {"agent.room", "agent.dev_stack", "token_service"},  # the stack plays a family
    "mcap": {"agent.record"},
    "av": {"agent.offline"},
    "ray": {"agent.batch"},
    "pyarrow": {"agent.export", "agent.notebook"},
    "sqlalchemy": {"token_service", "agent.http"},
    "fastapi": {"token_service", "agent.http", "agent.replay"},
    "typer": {"agent.commands"},
}
# Of what others wrote: all that these rooms may know.
NOTHING_BUT: dict[str, set[str]] = {
    "agent.errors": set(),
    "agent.contract": set(),
    "agent.public_url": set(),
    "agent.observation": {"numpy"},
    "agent.measures": {"numpy", "scipy"},
    "agent.overlay": {"numpy"},
    "agent.wire": {"numpy", "google"},
    "agent.pipeline": {"google"},
}


@dataclass(frozen=True, slots=True)
class Import:
    module: str
    imported: str
    where: str


def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in (REPOSITORY / package).rglob("*.py"):
            parts = path.relative_to(REPOSITORY).with_suffix("").parts
            if "generated" not in parts and "migrations" not in parts:
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


@cache
def imports() -> tuple[Import, ...]:
    return tuple(all_imports())


def all_imports() -> Iterator[Import]:
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            for name in named_by(node):
                where = f"{path.relative_to(REPOSITORY)}:{getattr(node, 'lineno', 0)}"
                yield Import(module, name, where)


def named_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in MODULES else node.module


def room(module: str) -> str:
    first, _, rest = module.partition(".")
    return f"agent.{rest.split('.')[0]}" if first == "agent" and rest else first


def is_ours(module: str) -> bool:
    return module.split(".")[0] in PACKAGES


def test_each_room_imports_only_the_rooms_below_it() -> None:
    broken = [
        f"{found.where}: {room(found.module)} may not import {room(found.imported)}"
        for found in imports()
        if is_ours(found.imported)
        and room(found.imported) != room(found.module)
        and room(found.imported) not in FOR_ALL | OWN[room(found.module)]
    ]
    assert broken == []


def test_the_rooms_stand_one_above_the_other() -> None:
    TopologicalSorter(OWN).prepare()  # or CycleError


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for found in imports():
        if found.imported in MODULES and found.imported != found.module:
            graph[found.module].add(found.imported)
    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


def test_each_library_is_known_where_it_belongs_only() -> None:
    broken = []
    for found in imports():
        library, where = found.imported.split(".")[0], room(found.module)
        if is_ours(library) or library in sys.stdlib_module_names:
            continue
        allowed_there = library in NOTHING_BUT.get(where, {library})
        if where not in ONLY_IN.get(library, {where}) or not allowed_there:
            broken.append(f"{found.where}: {where} may not import {library}")
    assert broken == []
