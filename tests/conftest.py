"""Shared fixtures: any test may ask for the real livekit-server."""

from pathlib import Path

import pytest

pytest_plugins = ["livekit_fixtures", "postgresql_fixtures", "stack_fixtures", "room_fixtures"]

ROOM = Path(__file__).with_name("room")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What analyses live video, or kills and starves, is given the whole machine."""
    for item in items:
        is_live = isinstance(item, pytest.Function) and "stack" in item.fixturenames
        is_live |= item.path.is_relative_to(ROOM) or item.get_closest_marker("fault") is not None
        if is_live and item.get_closest_marker("unit") is None:
            item.add_marker(pytest.mark.alone)
