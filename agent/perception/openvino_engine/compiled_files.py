"""Compiled models on the disk: a process that starts reads in a tenth of a second what takes
seconds to compile.

They are prepared before a job is confined: what it may do then is not enough to compile one, and
nothing that it does may change what other jobs run. All jobs share the memory of one file.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import mmap
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from agent.perception.landmarkers import EngineUnusable
from agent.perception.openvino_engine.model import MODELS, Model
from models.bundles import ModelBundles

log = logging.getLogger(__name__)

CPU_INFO = Path("/proc/cpuinfo")
COMPILING_TIMEOUT_S = 300  # it takes 5 s of one core
_DIGEST_BYTES = hashlib.sha256().digest_size


def compiled_models(bundles: ModelBundles, folder: Path) -> Mapping[str, memoryview]:
    """By name. Raises EngineUnusable. A folder that is full or closed costs the time alone."""
    files = {model: folder / _file_name(model, bundles) for model in MODELS}
    found = {model.name: blob for model, path in files.items() if (blob := _kept(path))}
    missing = [model for model in MODELS if model.name not in found]
    if not missing:
        return found
    made = _compile(missing, bundles)
    try:
        for model in missing:
            _keep(files[model], made[model.name])
    except OSError as error:
        log.warning("compiled models cannot be kept in %s: %s", folder, error.strerror)
    return found | made


def _file_name(model: Model, bundles: ModelBundles) -> str:
    """Another model, OpenVINO or processor has another."""
    bundle = getattr(bundles, model.bundle)
    what = (
        model,
        bundles.sha256[bundle.name],
        importlib.metadata.version("openvino"),
        platform.machine(),
        *_processor(),
    )
    return f"{model.name}-{hashlib.sha256(repr(what).encode()).hexdigest()[:32]}.blob"


def _processor() -> Iterable[str]:
    """Its name, and what it can do."""
    if not CPU_INFO.exists():
        return
    for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(("model name", "flags", "Features")):
            yield line
        elif not line:  # of the first core
            return


def _kept(path: Path) -> memoryview | None:
    """Without its digest, which comes last; None when it is not there, or not whole.

    Nobody writes into such a file: another takes its name. So what was checked is what is run.
    """
    try:
        with path.open("rb") as file:
            mapped = memoryview(mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE))
    except (OSError, ValueError):  # an empty file cannot be mapped
        return None
    content = mapped[:-_DIGEST_BYTES]
    return content if hashlib.sha256(content).digest() == mapped[-_DIGEST_BYTES:] else None


def _keep(path: Path, blob: memoryview) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(blob)
            file.write(hashlib.sha256(blob).digest())
        os.replace(name, path)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def _compile(models: Iterable[Model], bundles: ModelBundles) -> dict[str, memoryview]:
    files = {model: os.memfd_create(model.name) for model in models}
    command = [sys.executable, "-m", "agent.perception.openvino_engine.compiling"]
    for model, descriptor in files.items():
        command += [model.name, str(getattr(bundles, model.bundle)), str(descriptor)]
    try:
        subprocess.run(
            command,
            pass_fds=files.values(),
            check=True,
            capture_output=True,
            text=True,
            timeout=COMPILING_TIMEOUT_S,
        )
        return {model.name: memoryview(mmap.mmap(file, 0)) for model, file in files.items()}
    except subprocess.CalledProcessError as error:
        raise EngineUnusable(_why(error)) from error
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise EngineUnusable(str(error)) from error
    finally:
        for descriptor in files.values():
            os.close(descriptor)


def _why(error: subprocess.CalledProcessError) -> str:
    """In one line."""
    if error.returncode == -signal.SIGILL:
        return "this processor lacks instructions that it needs"
    lines = error.stderr.strip().splitlines()
    return lines[-1].strip() if lines else f"its models' compiler ended with {error.returncode}"
