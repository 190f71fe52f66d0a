"""Keys are changed so that each program goes on while the others are started anew."""

from pathlib import Path

import pytest

from agent.errors import BadConfiguration
from agent.livekit_keys import rotate
from agent.secret_files import read_keys

pytestmark = pytest.mark.unit


def keys(path: Path) -> list[tuple[str, str]]:
    return [(name, secret.get_secret_value()) for name, secret in read_keys("keys", path)]


def test_each_program_knows_its_own_and_livekit_all(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    rotate(folder)
    (service, webhook), (worker,) = keys(folder / "service.keys"), keys(folder / "worker.keys")
    assert keys(folder / "livekit.keys") == [service, worker, webhook]
    assert {len(secret) for _, secret in (service, worker, webhook)} == {64}
    assert webhook[0] == "epedicare-webhook"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))


def test_two_generations_are_good_and_no_third(tmp_path: Path) -> None:
    generations = []
    for _ in range(3):
        rotate(tmp_path)
        generations.append((keys(tmp_path / "service.keys")[0], keys(tmp_path / "worker.keys")[0]))
    _, (old_service, old_worker), (service, worker) = generations
    assert keys(tmp_path / "service.keys")[:2] == [service, old_service]
    assert keys(tmp_path / "worker.keys") == [worker, old_worker]
    webhooks = keys(tmp_path / "service.keys")[2:]
    assert [name for name, _ in webhooks] == ["epedicare-webhook"] * 2
    assert keys(tmp_path / "livekit.keys") == [
        service,
        old_service,
        worker,
        old_worker,
        webhooks[0],
    ]


def test_keys_of_another_kind_are_not_lost(tmp_path: Path) -> None:
    (tmp_path / "service.keys").write_text("mine: 0123\n")
    with pytest.raises(BadConfiguration, match="move it away"):
        rotate(tmp_path)
    assert keys(tmp_path / "service.keys") == [("mine", "0123")]
