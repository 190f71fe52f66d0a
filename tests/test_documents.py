"""What the documents name is there: files, headings, folders, commands, options, make's targets."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playing import play
from test_architecture import OWN
from typer.main import get_command

from agent.commands.cli import app
from agent.measures import reasons
from agent.measures.registry import Registry

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = "agent|benchmarks|deploy|docs|models|proto|tests|token_service|web"


def _documents() -> list[Path]:
    found = (path.relative_to(REPOSITORY) for path in REPOSITORY.rglob("*.md"))
    return sorted(
        path
        for path in found
        if not any(part.startswith(".") or part == "node_modules" for part in path.parts)
    )


DOCUMENTS = _documents()
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=str)


def _text(document: Path) -> str:
    return (REPOSITORY / document).read_text()


def _code(text: str) -> str:
    """Inline code and fenced blocks; a line that goes on after a backslash is one."""
    pieces = re.findall(r"```.*?\n(.*?)```|`([^`]+)`", text, re.DOTALL)
    joined = "\n".join(block or inline.replace("\n", " ") for block, inline in pieces)
    return joined.replace("\\\n", " ")


def _anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _text(document)):
        if re.match(r"(https?|mailto):", target):
            continue
        name, _, anchor = target.partition("#")
        path = REPOSITORY / document.parent / name if name else REPOSITORY / document
        assert path.exists(), target
        if anchor:
            assert anchor in _anchors(path.read_text()), target


@each_document
def test_every_file_that_it_names_is_there(document: Path) -> None:
    for name in re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", _text(document)):
        assert (REPOSITORY / name).exists(), name


def _commands(code: str) -> Iterator[tuple[str, list[str]]]:
    """The words after `epedicare`, without comments; a pipe or a redirection ends them."""
    for line in re.findall(r"(?<![\w/.-])epedicare ([a-z][^\n#|>;]*)", code):
        yield line.strip(), line.replace("[", " ").replace("]", " ").split()


@each_document
def test_every_command_and_option_that_it_names_exists(document: Path) -> None:
    for line, words in _commands(_code(_text(document))):
        command: Any = get_command(app)  # typer has a click of its own, without types
        for word in words:
            if hasattr(command, "commands"):
                assert word in command.commands, line
                command = command.commands[word]
        known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        options = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert options <= known | {"--help"}, line


@each_document
def test_every_target_of_make_that_it_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?m)(?:^|&& )make ([a-z]+)", _code(_text(document)))) <= targets


def test_the_readme_leads_to_every_document_of_the_first_shelf() -> None:
    linked = set(re.findall(r"\]\(([^)#]+\.md)\)", _text(Path("README.md"))))
    told_by_others = {"docs/dependencies.md"}
    shelf = {str(p) for p in DOCUMENTS if p.parent in (Path(), Path("docs"))} - {"README.md"}
    assert shelf - told_by_others <= linked


def test_the_architecture_tells_which_package_may_import_which() -> None:
    rows = re.findall(
        r"^\| `agent/(\w+)` \| .* \| (.*) \|$", _text(Path("docs/architecture.md")), re.MULTILINE
    )
    told = {f"agent.{name}": set(re.findall(r"\w+", allowed)) for name, allowed in rows}
    packages = {f"agent.{path.parent.name}" for path in REPOSITORY.glob("agent/*/__init__.py")}
    assert set(told) == packages
    for package in packages - {"agent.commands"}:  # it may import everything
        held = {name.removeprefix("agent.") for name in OWN[package] - {"agent"}}
        assert told[package] == held, package


def test_the_example_of_a_measure_passes_the_example_of_its_test() -> None:
    """As CONTRIBUTING.md has them, with a registry that holds the example too."""
    blocks = re.findall(r"```python\n(.*?)```", _text(Path("CONTRIBUTING.md")), re.DOTALL)
    module, tests = ModuleType("example"), ModuleType("test_example")
    exec(compile(blocks[0], "CONTRIBUTING.md", "exec"), vars(module))
    exec(compile(blocks[1], "CONTRIBUTING.md", "exec"), vars(tests))
    vars(tests)["play"] = partial(play, registry=Registry((reasons, module)))
    examples = [example for name, example in vars(tests).items() if name.startswith("test_")]
    assert examples
    for example in examples:
        example()
