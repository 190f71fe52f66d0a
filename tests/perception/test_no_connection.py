"""Analysis talks to nobody: every network call of a whole analysis, its close included, is traced.

Newer releases of MediaPipe ask for an address of their maker's a minute after they start, or when
they are closed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.perception.engines import EngineName

pytestmark = pytest.mark.unit

ANALYSIS = """
import socket, sys
sys.path.insert(0, sys.argv[1])
from perceiving import ONE_FACE, clip, observed
seen = observed(clip(ONE_FACE, 16))
assert seen[-1].face is not None
socket.socket(socket.AF_UNIX).close()
"""


@pytest.mark.parametrize("engine", list(EngineName))
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace: apt-get install strace")
def test_no_dns_query_and_no_connection(engine: EngineName, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)]
    script = [sys.executable, "-c", ANALYSIS, str(Path(__file__).parents[1])]
    environment = os.environ | {"EPEDICARE_ENGINE": engine}
    subprocess.run([*command, *script], check=True, timeout=120, env=environment)
    calls = trace.read_text().splitlines()
    assert any("socket(AF_UNIX" in call for call in calls), "the trace is blind"
    assert [call for call in calls if "AF_INET" in call] == []
