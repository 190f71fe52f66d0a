"""Output that no terminal's encoding can stop: letters that it lacks are written with others."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

HANDLER = "epedicare.readable"
READABLE = str.maketrans(
    {
        "κ": "kappa",
        "–": "-",
        "—": "-",
        "−": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "→": "->",
        "≤": "<=",
        "≥": ">=",
        "√": "sqrt",
        "²": "^2",
        "×": "x",
        "·": "-",
        "±": "+/-",
        "°": "deg",
        "µ": "u",
        "μ": "u",
    }
)


def make_output_readable() -> None:
    codecs.register_error(HANDLER, _readable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)


def _readable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end].translate(READABLE)
    return "".join(map(_in_ascii, letters)), error.end


def _in_ascii(letter: str) -> str:
    """Without its accent, or a question mark."""
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"
