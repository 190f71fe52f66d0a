"""French as it is printed: spaces that no line breaks at, and one kind of apostrophe."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"


def typeset(text: str) -> str:
    """A text as it is typed, with plain spaces and apostrophes, as it is to be read."""
    text = text.replace("'", "’")
    text = re.sub(r" (?=[?!;])", NARROW_NO_BREAK, text)
    return re.sub(r" (?=[:%»°])|(?<=«) ", NO_BREAK, text)
