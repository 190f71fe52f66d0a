"""What is shared by name means the same where it cannot be imported."""

from pathlib import Path

import pytest

from agent.contract import WEBHOOK_PATH, AgentState
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[1]


def test_the_states_of_the_agent_are_those_of_the_protocol() -> None:
    named = {name.removeprefix("AGENT_STATE_").lower() for name in pb.AgentState.keys()}  # noqa: SIM118
    assert named - {"unspecified"} == {*AgentState}


def test_the_livekit_of_a_deployment_calls_the_webhook() -> None:
    configuration = (REPOSITORY / "deploy" / "livekit.yaml").read_text()
    assert f'urls: ["http://127.0.0.1:5002{WEBHOOK_PATH}"]' in configuration
