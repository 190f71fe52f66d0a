"""What a browser gets in production holds nothing that is there for tests alone."""

import re

import pytest
from page_driver import REPOSITORY

pytestmark = pytest.mark.browser

HOOK = "__epedicare"


@pytest.mark.parametrize(("build", "measures"), [("dist", False), ("dist-measuring", True)])
def test_the_measuring_hook_is_in_the_build_for_tests_alone(build: str, measures: bool) -> None:
    scripts = list((REPOSITORY / "web" / build / "assets").glob("*.js"))
    assert scripts
    assert any(HOOK in script.read_text() for script in scripts) is measures


# Safari 15.4 does not understand the first three, and does not have the others.
NEWER_THAN_SAFARI_15 = [
    r"static\s*\{",
    r"\(\?<[=!]",
    r"#\w+ in ",
    r"AbortSignal\.any",
    r"\.(toSorted|toReversed|toSpliced|withResolvers|fromAsync|groupBy)\(",
]


@pytest.mark.parametrize("newer", NEWER_THAN_SAFARI_15)
def test_the_pages_ask_nothing_that_came_to_safari_after_15_4(newer: str) -> None:
    scripts = [*(REPOSITORY / "web" / "dist").rglob("*.js")]
    assert scripts
    assert [script.name for script in scripts if re.search(newer, script.read_text())] == []
