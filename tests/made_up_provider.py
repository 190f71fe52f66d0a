"""The real oidc-provider with its made-up people, as a process."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from agent.dev_stack.child import signal_group
from agent.dev_stack.identity_provider import IdentityProvider

STARTS_WITHIN_S = 60.0


@contextmanager
def running(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    assert (Path(provider.command[1]).parent / "node_modules").is_dir(), "run `deploy/setup test`"
    process = subprocess.Popen(
        provider.command,
        env={**os.environ, **provider.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # the command is a wrapper: the provider is its child
    )
    try:
        _wait_for(provider.description_url, process)
        yield provider
    finally:
        signal_group(process.pid, signal.SIGTERM)
        process.wait(timeout=10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the provider has ended"
        try:
            httpx2.get(url, trust_env=False)
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider did not start")
