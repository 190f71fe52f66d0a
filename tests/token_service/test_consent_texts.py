"""The words a family agrees to, as they are printed."""

from __future__ import annotations

import re

import pytest

from token_service.consent_texts import current_text

pytestmark = pytest.mark.unit


def test_no_line_breaks_before_a_french_mark() -> None:
    text = current_text("fr")
    assert text is not None
    words = " ".join(f"{purpose.title} {purpose.text}" for purpose in text.purposes)
    assert "\u00a0:" in words
    assert not re.findall(r".{9} [?!;:»]|« .{9}|\w'", words)
