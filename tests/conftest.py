"""Shared fixtures: any test may ask for the real livekit-server."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

pytest_plugins = ["livekit_fixtures", "stack_fixtures", "consultation_fixtures"]
