from collections.abc import Iterator

import pytest
from database_fixtures import NewDatabase, databases_for
from database_fixtures import empty_database as empty_database
from database_fixtures import new_database as new_database
from database_fixtures import place as place
from database_fixtures import server as server
from hostile_provider import CLIENT_ID, CLIENT_SECRET, Answers, HostileProvider
from livekit_fixtures import LiveKitServer
from provider_fixtures import asked_of, settings_with
from service_fixtures import RunningService, make_settings

from agent.dev_stack.ports import free_port


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    databases_for(metafunc)


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase
) -> Iterator[RunningService]:
    """The real application; its LiveKit does not answer."""
    folder, livekit_url = tmp_path_factory.mktemp("service"), f"ws://127.0.0.1:{free_port()}"
    with RunningService(make_settings(folder, livekit_url, database_url=new_database())) as running:
        yield running


@pytest.fixture(scope="module")
def live_service(
    tmp_path_factory: pytest.TempPathFactory,
    livekit_server: LiveKitServer,
    new_database: NewDatabase,
) -> Iterator[RunningService]:
    """The real application and a real livekit-server, whose webhooks are all lost."""
    settings = make_settings(
        tmp_path_factory.mktemp("service"),
        livekit_server.url,
        key=livekit_server.api_key,
        secret=livekit_server.api_secret,
        database_url=new_database(),
    )
    with RunningService(settings) as running:
        yield running


@pytest.fixture(scope="module")
def running_hostile() -> Iterator[HostileProvider]:
    with HostileProvider().running() as provider:
        yield provider


@pytest.fixture
def hostile(running_hostile: HostileProvider) -> HostileProvider:
    """A provider of identities that is honest until a test tells it otherwise."""
    running_hostile.answers = Answers()
    running_hostile.asked.clear()
    return running_hostile


@pytest.fixture(scope="module")
def clinic(
    running_hostile: HostileProvider,
    tmp_path_factory: pytest.TempPathFactory,
    new_database: NewDatabase,
) -> Iterator[RunningService]:
    """A service whose practitioners sign in there."""
    oidc = asked_of(
        issuer=running_hostile.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        roles_claim="roles",
    )
    folder = tmp_path_factory.mktemp("clinic")
    with RunningService(settings_with(folder, oidc, free_port(), new_database())) as service:
        yield service
