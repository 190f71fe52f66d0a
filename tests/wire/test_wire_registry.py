"""The registry's texts as a page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from agent.wire.french import typeset
from agent.wire.registry import encode_registry

pytestmark = pytest.mark.unit


def french_texts() -> Iterator[str]:
    registry = encode_registry()
    for measure in registry.measures:
        yield from (measure.label.fr, measure.needs.fr, measure.limits.fr)
    yield from (event.label.fr for event in registry.events)
    yield from (reason.label.fr for reason in registry.reasons)


def test_no_line_breaks_before_a_french_mark() -> None:
    texts = list(french_texts())
    assert any("\u202f;" in text for text in texts) and any("\u00a0:" in text for text in texts)
    assert not [text for text in texts if re.search(r" [?!;:%»]|« |'", text)]


def test_only_spaces_and_apostrophes_are_set() -> None:
    typed = "L'image : « trop sombre » ; 10 % des yeux, vraiment ?"
    assert typeset(typed) == (
        "L’image\u00a0: «\u00a0trop sombre\u00a0»\u202f; 10\u00a0% des yeux, vraiment\u202f?"
    )
