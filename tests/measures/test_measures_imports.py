"""The order of the measures' modules: what one frame shows, what follows it, who declares it."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from agent import measures

FOLDER = Path(measures.__file__).parent
ORDER = ("events", "scene", "detectors", "samplers", "declarations", "analyser")


def imported_by(path: Path) -> Iterator[str]:
    """Modules of agent.measures, those under TYPE_CHECKING and within functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def arrows() -> dict[str, set[str]]:
    names = {
        ".".join(("agent", "measures", *path.relative_to(FOLDER).with_suffix("").parts)): path
        for path in FOLDER.rglob("*.py")
        if path.name != "__init__.py"
    }
    return {name: set(imported_by(path)) & names.keys() for name, path in names.items()}


def test_no_module_imports_one_that_imports_it() -> None:
    TopologicalSorter(arrows()).prepare()  # raises CycleError


def test_each_reaches_only_what_comes_before_it() -> None:
    graph = arrows()
    for place, name in enumerate(ORDER):
        reached: set[str] = set()
        waiting = {f"agent.measures.{name}"}
        while waiting:
            module = waiting.pop()
            reached.add(module)
            waiting |= graph[module] - reached
        later = {f"agent.measures.{other}" for other in ORDER[place + 1 :]}
        assert not reached & later
