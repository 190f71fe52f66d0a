"""What must be there before the first program is started; each lack is one line that mends it."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.dev_stack.footage import Footage
from agent.dev_stack.ports import LOOPBACK, is_free
from agent.errors import CannotStart
from agent.settings import read_settings
from models.bundles import BUNDLES, bundles_folder
from models.clips import TALKING_FACE, clips_folder


def refuse_busy_port(port: int) -> None:
    if not is_free(port, socket.SOCK_STREAM):
        raise CannotStart(
            f"port {port} on {LOOPBACK} is in use; stop what listens there, "
            "or choose another: `make run PORT=5003` (`epedicare up --port 5003`)"
        )


def refuse_missing_files() -> None:
    for bundle in BUNDLES:
        if problem := bundle.problem(bundles_folder()):
            raise CannotStart(problem)
    pages = read_settings().web
    if not (pages / "index.html").is_file():
        raise CannotStart(f"the web app is not built in {pages}; run: make setup")


def playable(patient: Path | None) -> Path:
    """The video of the sample patient: the one asked for, or the sample clip of a talking face."""
    if patient is None:
        patient = clips_folder() / TALKING_FACE.name
        if not patient.is_file():
            raise CannotStart(f"{patient} is missing; run: epedicare models clips")
    Footage(patient)
    return patient.resolve()


@contextmanager
def sole_user_of(data: Path) -> Iterator[None]:
    """Two stacks on one data folder would each give orders to a LiveKit server of its own."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"another stack runs on {data}; stop it, or set EPEDICARE_DATA to another folder"
            ) from None
        yield
