"""What is kept of a session, and its erasure while an agent still writes."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from agent.record.folder import make_private_folder, new_run_file, session_folder, write_whole
from token_service.kept import ASIDE, erase, finish_erasing, is_kept

pytestmark = pytest.mark.unit

SESSION = "ab" * 16


def write_until(stop: Event, folder: Path) -> None:
    """As agents do: a run, and files that get their name when they are whole."""
    while not stop.is_set():
        with suppress(FileNotFoundError, FileExistsError):
            make_private_folder(folder)
            new_run_file(folder)
            write_whole(folder / "session.json", b"{}")


def test_erasing_succeeds_while_others_write_and_erase(tmp_path: Path) -> None:
    folder, stop = session_folder(tmp_path, SESSION), Event()
    with ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write_until, stop, folder) for _ in range(2)]
        erasing = [threads.submit(erase, tmp_path, SESSION) for _ in range(400)]
        wait(erasing)
        stop.set()
        for each in writing:
            each.result()
        found = [each.result() for each in erasing]
    assert any(found)
    erase(tmp_path, SESSION)
    assert not is_kept(tmp_path, SESSION)
    assert list(folder.parent.iterdir()) == []


def test_what_a_killed_service_had_put_aside_goes_at_its_next_start(tmp_path: Path) -> None:
    folder = session_folder(tmp_path, SESSION)
    make_private_folder(folder)
    new_run_file(folder)
    aside = folder.rename(folder.with_name(ASIDE + "cd" * 16))
    finish_erasing(tmp_path)
    assert not aside.exists()
    finish_erasing(tmp_path / "of_no_session")
