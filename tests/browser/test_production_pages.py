"""What a browser gets in production holds nothing that is there for tests alone."""

import pytest
from page_driver import REPOSITORY

pytestmark = pytest.mark.browser

HOOK = "__epedicare"


@pytest.mark.parametrize(("build", "measures"), [("dist", False), ("dist-measuring", True)])
def test_the_measuring_hook_is_in_the_build_for_tests_alone(build: str, measures: bool) -> None:
    scripts = list((REPOSITORY / "web" / build / "assets").glob("*.js"))
    assert scripts
    assert any(HOOK in script.read_text() for script in scripts) is measures
