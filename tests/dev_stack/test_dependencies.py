"""docs/dependencies.md justifies exactly the direct dependencies, and these are all we import."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[2]
PRODUCT = ("agent", "token_service", "models")
NAME = re.compile(r"[A-Za-z0-9._-]+")
JUSTIFIED = re.compile(r"^\| `([^`]+)` \| (.{10,}) \|$", re.MULTILINE)


def names(requirements: list[str]) -> set[str]:
    return {found[0] for requirement in requirements if (found := NAME.match(requirement))}


def runtime_dependencies() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    optional = (one for extra in project["optional-dependencies"].values() for one in extra)
    return names([*project["dependencies"], *optional])


def other_dependencies() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    return names(
        [*project["build-system"]["requires"], *(one for group in groups for one in group)]
    )


def node_dependencies() -> set[str]:
    packages = [
        json.loads((REPOSITORY / folder / "package.json").read_text())
        for folder in ("web", "deploy/provider")
    ]
    return {
        name
        for package in packages
        for name in (*package["dependencies"], *package.get("devDependencies", {}))
    }


def test_every_direct_dependency_is_justified_and_no_other() -> None:
    page = (REPOSITORY / "docs" / "dependencies.md").read_text()
    justified = [found[1] for found in JUSTIFIED.finditer(page)]
    assert set(justified) == runtime_dependencies() | other_dependencies() | node_dependencies()
    assert len(justified) == len(set(justified))


def imported(folder: str) -> Iterator[tuple[str, Path]]:
    """Packages from outside, each with the file that imports it."""
    for file in (REPOSITORY / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            else:
                continue
            for package in {module.partition(".")[0] for module in modules}:
                if package not in {*sys.stdlib_module_names, *PRODUCT}:
                    yield package, file


def written_alike(name: str) -> str:
    """As PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("folder", PRODUCT)
def test_the_product_imports_only_what_it_declares(folder: str) -> None:
    declared = set(map(written_alike, runtime_dependencies()))
    # not always there
    optional = {"polars": ["polars"], "ray": ["ray"], "rerun": ["rerun-sdk"]}
    brings = {**optional, **packages_distributions()}
    undeclared = {
        f"{package} in {file}"
        for package, file in imported(folder)
        if declared.isdisjoint(map(written_alike, brings.get(package, ())))
    }
    assert undeclared == set()
