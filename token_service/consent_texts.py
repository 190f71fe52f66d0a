"""The words a family agrees to, kept as files: a text that was agreed to is never edited."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from token_service.models import Purpose

FOLDER = Path(__file__).parent / "consent_texts"


class PurposeText(BaseModel):
    id: Purpose
    title: str
    text: str


class ConsentText(BaseModel):
    version: str
    language: Literal["fr", "en"]
    sha256: str
    purposes: list[PurposeText]

    def asks(self, purpose: Purpose) -> bool:
        return any(asked.id is purpose for asked in self.purposes)


@cache
def all_texts() -> dict[tuple[str, str], ConsentText]:
    texts = [_read(path) for path in sorted(FOLDER.glob("*.toml"))]
    return {(text.version, text.language): text for text in texts}


def current_text(language: str) -> ConsentText | None:
    newest = max(version for version, _ in all_texts())
    return all_texts().get((newest, language))


def _read(path: Path) -> ConsentText:
    content = path.read_bytes()
    fields = tomllib.loads(content.decode())
    return ConsentText(sha256=hashlib.sha256(content).hexdigest(), **fields)
