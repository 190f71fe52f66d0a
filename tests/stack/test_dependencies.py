"""docs/dependencies.md justifies exactly the direct dependencies."""

import json
import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = re.compile(r"[A-Za-z0-9._-]+")
JUSTIFIED = re.compile(r"^\| `([^`]+)` \| (.{10,}) \|$", re.MULTILINE)


def python_dependencies() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    requirements = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(requirement for group in groups for requirement in group),
    ]
    return {found[0] for requirement in requirements if (found := NAME.match(requirement))}


def web_dependencies() -> set[str]:
    package = json.loads((REPOSITORY / "web" / "package.json").read_text())
    return {*package["dependencies"], *package["devDependencies"]}


def test_every_direct_dependency_is_justified_and_no_other() -> None:
    page = (REPOSITORY / "docs" / "dependencies.md").read_text()
    justified = [found[1] for found in JUSTIFIED.finditer(page)]
    assert set(justified) == python_dependencies() | web_dependencies()
    assert len(justified) == len(set(justified))
