"""LiveKit's keys in three files, each for one program, and how they are changed.

    livekit.keys    all of them, for LiveKit's `key_file`
    service.keys    the service's own, and that which LiveKit signs webhooks with
    worker.keys     the worker's own

Of each two generations are good, so that the programs may be started anew one after the other.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from agent.errors import BadConfiguration
from agent.secret_files import KeyPair, read_keys

SERVICE, WORKER, WEBHOOK = "service", "worker", "webhook"
FILES = ("livekit.keys", "service.keys", "worker.keys")
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
SECRET_BYTES = 32
WHAT_NOW = (
    "now start anew, one after the other: livekit-server, the service, the workers",
    "calls are back within seconds; the keys before these stay good until the next change",
)

Line = tuple[str, str]  # a key's name and its secret


def rotate(folder: Path) -> tuple[str, ...]:
    """Returns what is to be done now. The first time there are none before."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    before = {
        **_newest(folder / "service.keys", SERVICE, WEBHOOK),
        **_newest(folder / "worker.keys", WORKER),
    }
    made = {kind: (_name(kind), secrets.token_hex(SECRET_BYTES)) for kind in _KINDS}

    def both(kind: str) -> list[Line]:
        return [made[kind], *([before[kind]] if kind in before else [])]

    _write(folder / "service.keys", [*both(SERVICE), *both(WEBHOOK)])
    _write(folder / "worker.keys", both(WORKER))
    # Of its webhooks' name LiveKit has one key: it signs with it, and checks nothing.
    _write(folder / "livekit.keys", [*both(SERVICE), *both(WORKER), made[WEBHOOK]])
    return (f"new keys are in {folder}: {', '.join(FILES)}", *WHAT_NOW)


_KINDS = (SERVICE, WORKER, WEBHOOK)


def _name(kind: str) -> str:
    """LiveKit's configuration names the webhooks' key, so that this name stays."""
    return f"epedicare-{kind}" if kind == WEBHOOK else f"epedicare-{kind}-{secrets.token_hex(4)}"


def _newest(path: Path, *kinds: str) -> dict[str, Line]:
    if not path.exists():
        return {}
    keys = read_keys(path.name, path)
    return {kind: _first(kind, keys, path) for kind in kinds}


def _first(kind: str, keys: tuple[KeyPair, ...], path: Path) -> Line:
    for name, secret in keys:
        if name.startswith(f"epedicare-{kind}"):
            return name, secret.get_secret_value()
    raise BadConfiguration(f"{path} was not made by `epedicare admin rotate-keys`: move it away")


def _write(path: Path, keys: list[Line]) -> None:
    """Whole or not at all: LiveKit refuses a file that others may read."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as stream:
        stream.writelines(f"{name}: {secret}\n" for name, secret in keys)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, path)
