"""A link handed to a browser without standing in its arguments, which any user here may read."""

from __future__ import annotations

import html
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def redirecting_to(link: str) -> Iterator[str]:
    """The address of a page that only this user may read, and that goes on to the link."""
    with tempfile.TemporaryDirectory(prefix="epedicare-") as folder:  # 0700
        page = Path(folder) / "replay.html"
        descriptor = os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_page(html.escape(link)))
        yield page.as_uri()


def _page(link: str) -> str:
    return (
        '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0; url={link}"><a href="{link}">{link}</a>\n'
    )
