"""Shared fixtures: any test may ask for the real livekit-server."""

pytest_plugins = ["livekit_fixtures", "postgresql_fixtures", "stack_fixtures", "room_fixtures"]
