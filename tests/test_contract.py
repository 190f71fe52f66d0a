"""What is shared by name means the same where it cannot be imported."""

import json
from pathlib import Path

import pytest

from agent.contract import STIMULUS_OFF, STIMULUS_ON, WEBHOOK_PATH, AgentState, Topic
from agent.wire.generated import analysis_pb2 as pb
from token_service.page_types import page_types

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).resolve().parents[1]


def test_the_states_of_the_agent_are_those_of_the_protocol() -> None:
    named = {name.removeprefix("AGENT_STATE_").lower() for name in pb.AgentState.keys()}  # noqa: SIM118
    assert named - {"unspecified"} == {*AgentState} - {AgentState.NONE}


def test_the_livekit_of_a_deployment_calls_the_webhook() -> None:
    configuration = (REPOSITORY / "deploy" / "compose.yaml").read_text()
    assert f'urls: ["https://${{CLINIC_HOST}}{WEBHOOK_PATH}"]' in configuration


def test_the_pages_types_have_the_contract_and_what_the_service_answers() -> None:
    """That the pages keep to them is checked by their compiler."""
    definitions = page_types()["definitions"]
    assert definitions["Topic"] == {"enum": [*Topic]}
    assert definitions["LONGEST_MARK"] == {"const": 80}
    session = definitions["SessionView"]["properties"]
    assert session["state"] == {"$ref": "#/definitions/SessionState"}
    assert {"id", "patient", "agent"} <= session.keys()
    assert "title" not in session["id"]
    assert "title" in definitions["PurposeText"]["properties"]


def test_the_pages_know_the_marks_that_the_agent_sets() -> None:
    marks = json.loads((REPOSITORY / "web" / "src" / "i18n" / "en" / "marks.json").read_text())
    assert {STIMULUS_ON, STIMULUS_OFF} <= set(marks.values())
