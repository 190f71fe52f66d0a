"""Every claim of every token, compared exactly."""

from pathlib import Path

import jwt
import pytest
from service_fixtures import make_settings

from agent.dev_stack.ports import free_port
from token_service import tokens
from token_service.models import Role, Seat

pytestmark = pytest.mark.unit

SESSION = "5" * 32
ALWAYS = {
    "roomJoin": True,
    "room": SESSION,
    "canPublish": True,
    "canPublishSources": ["camera", "microphone"],
    "canSubscribe": False,
    "canPublishData": False,
    "canUpdateOwnMetadata": False,
}


@pytest.mark.parametrize(
    ("role", "name", "attributes", "screen"),
    [
        (
            Role.PATIENT,
            "Patient",
            {"role": "patient", "analysis": "none", "keeping": "none"},
            [],
        ),
        (
            Role.PRACTITIONER,
            "Practitioner",
            {"role": "practitioner"},
            ["screen_share", "screen_share_audio"],
        ),
    ],
)
def test_a_token_says_exactly_this(
    tmp_path: Path,
    role: Role,
    name: str,
    attributes: dict[str, str],
    screen: list[str],
) -> None:
    settings = make_settings(tmp_path, f"ws://127.0.0.1:{free_port()}")
    seat = Seat(role=role, identity="opaque", session_id=SESSION, paused=False)
    claims = jwt.decode(tokens.mint(settings, seat), settings.secret, algorithms=["HS256"])
    life_s = claims.pop("exp") - claims.pop("nbf")
    assert claims == {
        "iss": settings.livekit_api_key,
        "sub": "opaque",
        "name": name,
        "video": {**ALWAYS, "canPublishSources": ["camera", "microphone", *screen]},
        "attributes": attributes,
    }
    assert 60 <= life_s <= 600
