"""Which camera may be analysed: a pure decision over the room as it stands."""

from __future__ import annotations

from enum import Enum

from livekit import rtc

from agent import contract
from agent.contract import Analysis, Attribute, Role
from agent.record.session_key import WRITTEN_LOCK, SessionLock


class Consent(Enum):
    """The patient's server-set `analysis` attribute."""

    ABSENT = "absent"  # no such patient in the room
    NONE = "none"
    GRANTED = "granted"
    PAUSED = "paused"


class Keeping(Enum):
    """The patient's server-set `keeping` attribute."""

    # Nobody is there, or the service has not looked at this connection: nothing is analysed then.
    UNKNOWN = "unknown"
    REFUSED = "refused"
    GRANTED = "granted"


def patient(room: rtc.Room, identity: str) -> rtc.RemoteParticipant | None:
    """The participant of exactly this identity whose role the service set to patient."""
    participant = room.remote_participants.get(identity)
    if participant is None or participant.attributes.get(Attribute.ROLE) != Role.PATIENT:
        return None
    return participant


def consent(participant: rtc.RemoteParticipant | None) -> Consent:
    if participant is None:
        return Consent.ABSENT
    match participant.attributes.get(Attribute.ANALYSIS):
        case Analysis.GRANTED if _for_this_connection(participant):
            return Consent.GRANTED
        case Analysis.PAUSED:
            return Consent.PAUSED
        case _:
            return Consent.NONE


def keeping(participant: rtc.RemoteParticipant | None) -> Keeping:
    if participant is None or not _for_this_connection(participant):
        return Keeping.UNKNOWN
    if participant.attributes.get(Attribute.KEEPING) == contract.Keeping.GRANTED:
        # Nothing is ever kept in the clear.
        return Keeping.GRANTED if _written_lock(participant) else Keeping.REFUSED
    just_joined = Attribute.ANALYSIS_FOR not in participant.attributes  # tokens grant nothing
    if just_joined and consent(participant) is Consent.NONE:
        return Keeping.UNKNOWN
    return Keeping.REFUSED


def lock(participant: rtc.RemoteParticipant | None, session_id: str) -> SessionLock | None:
    """What is kept now is sealed with it; another one after an erasure."""
    if participant is None or keeping(participant) is not Keeping.GRANTED:
        return None
    return SessionLock.written(session_id, _written_lock(participant))


def _written_lock(participant: rtc.RemoteParticipant) -> str:
    text = participant.attributes.get(Attribute.LOCK, "")
    return text if WRITTEN_LOCK.fullmatch(text) else ""


def withdrawn(participant: rtc.RemoteParticipant | None) -> bool:
    """The service has said of this very connection that nothing may be analysed."""
    return consent(participant) is Consent.NONE and keeping(participant) is Keeping.REFUSED


def _for_this_connection(participant: rtc.RemoteParticipant) -> bool:
    """LiveKit renews tokens with the attributes of the moment: a connection that begins with such
    a token says `granted` until the service has looked, for another connection's id."""
    return participant.attributes.get(Attribute.ANALYSIS_FOR, participant.sid) == participant.sid


def camera_to_analyse(
    participant: rtc.RemoteParticipant | None,
) -> rtc.RemoteTrackPublication | None:
    """The patient's first camera, while it is on and its analysis is granted.

    Screen shares and further cameras are never taken.
    """
    if participant is None or consent(participant) is not Consent.GRANTED:
        return None
    for publication in participant.track_publications.values():
        if publication.source == rtc.TrackSource.SOURCE_CAMERA:
            return None if publication.muted else publication
    return None
