"""Programs that open what is exported, where `deploy/setup exports` has installed them."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
INSTALLED = REPOSITORY / ".tools" / "exports"


def installed(path: str) -> Path:
    found = INSTALLED / path
    if not found.exists():
        pytest.skip(f"no {found.relative_to(REPOSITORY)}; run: deploy/setup exports (900 MB)")
    return found
