"""What decides on an analysis's results beside its source; two with the same give the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from agent.offline import decoder_versions
from agent.perception.landmarkers import Engine
from agent.record import describe_run
from agent.record.provenance import FILE

Configuration = Mapping[str, str]


def configuration_of(engine: Engine) -> Configuration:
    """But for the family of the CPU, which stands with each item: a cluster may have several."""
    about = describe_run("", 0, source=FILE, engine=engine.name)
    return {
        "code_version": about.code_version,
        "engine": about.engine,
        "mediapipe_version": about.mediapipe_version,
        "registry_hash": about.registry_hash,
        **decoder_versions(),
        **{f"sha256 of {name}": sha256 for name, sha256 in sorted(about.model_sha256.items())},
    }


def hash_of(configuration: Configuration) -> str:
    text = json.dumps(configuration, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def item_id(source_sha256: str, configuration_sha256: str) -> str:
    """Names the item's folder, as a session's id does."""
    both = f"{source_sha256} {configuration_sha256}"
    return hashlib.sha256(both.encode()).hexdigest()[:32]


def first_difference(here: Configuration, wanted: Configuration) -> str:
    """In words; empty when there is none."""
    for name in (*wanted, *here):
        if here.get(name) != wanted.get(name):
            return f"{name} is {here.get(name)} there, {wanted.get(name)} here"
    return ""
