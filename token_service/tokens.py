"""LiveKit tokens: short-lived, for one seat of one room, with exactly what the seat needs.

The token says `analysis=none` and `keeping=none` whatever was agreed, and lets nobody see, hear or
send data: the service sets the truth after the join, and for that connection only, so that an old
token can neither undo a pause nor receive anything.
"""

from datetime import timedelta

from livekit import api

from token_service import connection_tests
from token_service.models import Role, Seat
from token_service.secret_values import new_id
from token_service.settings import ServiceSettings

LIFE = timedelta(minutes=5)
NAMES = {
    Role.PATIENT: "Patient",
    Role.PRACTITIONER: "Practitioner",
    Role.OBSERVER: "Observer",
}
SOURCES = {
    Role.PATIENT: ("camera", "microphone"),
    Role.PRACTITIONER: ("camera", "microphone", "screen_share", "screen_share_audio"),
    Role.OBSERVER: (),
}


def mint(settings: ServiceSettings, seat: Seat) -> str:
    return (
        api.AccessToken(settings.livekit_api_key, settings.secret)
        .with_identity(seat.identity)
        .with_name(NAMES[seat.role])
        .with_ttl(LIFE)
        .with_grants(_grants(seat))
        .with_attributes(_attributes(seat))
        .to_jwt()
    )


def mint_for_test(settings: ServiceSettings, room: str) -> str:
    """To try the line: seeing and hearing nobody, in a room of one's own."""
    return (
        api.AccessToken(settings.livekit_api_key, settings.secret)
        .with_identity(new_id())
        .with_ttl(connection_tests.LIFE)
        .with_grants(
            api.VideoGrants(
                room_join=True,
                room=room,
                can_publish=True,
                can_publish_sources=list(SOURCES[Role.PATIENT]),
                can_subscribe=False,
                can_publish_data=False,
                can_update_own_metadata=False,
            )
        )
        .to_jwt()
    )


def _grants(seat: Seat) -> api.VideoGrants:
    return api.VideoGrants(
        room_join=True,
        room=seat.session_id,
        can_publish=seat.role is not Role.OBSERVER,
        can_publish_sources=list(SOURCES[seat.role]),
        can_subscribe=False,
        can_publish_data=False,
        can_update_own_metadata=False,
    )


def _attributes(seat: Seat) -> dict[str, str]:
    if seat.role is not Role.PATIENT:
        return {"role": seat.role}
    return {"role": seat.role, "analysis": "none", "keeping": "none"}
