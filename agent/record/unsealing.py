"""A session's sealed files written out in the clear, for programs of others."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from agent.errors import FolderInUse, LogUnreadable, OtherSeal
from agent.record.damage import Damage
from agent.record.folder import PRIVATE_FILE, make_private_folder
from agent.record.opening import is_sealed_file, opened
from agent.record.sealed_bytes import SealedBytes
from agent.record.session_key import SessionKey


@dataclass(frozen=True, slots=True)
class Unsealed:
    name: str
    damage: tuple[Damage, ...]
    cut_off: bool


def unseal_session(folder: Path, key: SessionKey | None, out: Path) -> list[Unsealed]:
    """What cannot be opened is told, and the rest is written."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FolderInUse(f"{out} already holds something; name a new folder")
    sealed = sorted(path for path in folder.iterdir() if path.is_file() and is_sealed_file(path))
    if not sealed:
        raise LogUnreadable(f"nothing in {folder} is sealed: its files can be read as they are")
    make_private_folder(out)
    return [_unseal(path, key, out / path.name) for path in sealed]


def _unseal(path: Path, key: SessionKey | None, target: Path) -> Unsealed:
    try:
        with opened(path, key) as content:
            assert isinstance(content, SealedBytes)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
            with os.fdopen(descriptor, "wb") as stream:
                for piece in content.pieces():
                    stream.write(piece)
            return Unsealed(path.name, tuple(content.damage), not content.ended)
    except OtherSeal as error:
        return Unsealed(path.name, (Damage(0, str(error)),), cut_off=False)
