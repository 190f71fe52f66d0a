from collections.abc import Iterator

import pytest
from livekit_fixtures import LiveKitServer
from service_fixtures import RunningService, make_settings

from agent.dev_stack.ports import free_port


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The real application; its LiveKit does not answer."""
    folder = tmp_path_factory.mktemp("service")
    with RunningService(make_settings(folder, f"ws://127.0.0.1:{free_port()}")) as running:
        yield running


@pytest.fixture(scope="module")
def live_service(
    tmp_path_factory: pytest.TempPathFactory, livekit_server: LiveKitServer
) -> Iterator[RunningService]:
    """The real application and a real livekit-server, whose webhooks are all lost."""
    settings = make_settings(
        tmp_path_factory.mktemp("service"),
        livekit_server.url,
        key=livekit_server.api_key,
        secret=livekit_server.api_secret,
    )
    with RunningService(settings) as running:
        yield running
