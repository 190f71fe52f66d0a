"""Every name that the service, the agent and the pages share, each declared here alone.

The pages have them as types (`token_service/page_types.py`). What a packet holds is in `proto`.
"""

from enum import StrEnum
from typing import NotRequired, TypedDict

AGENT_NAME = "behaviour-analysis"  # under which the service calls it into a room
AGENT_IDENTITY_PREFIX = "analysis-"
WEBHOOK_PATH = "/livekit/webhook"
BACK_CHANNEL_LOGOUT_PATH = "/api/v1/sign-in/back-channel-logout"
ORIGIN_KEY_HEADER = "X-Origin-Key"  # what goes with a cookie, and to no other port of the host


def agent_identity(session_id: str) -> str:
    """The same for every agent of a session: LiveKit lets no two be in one room."""
    return f"{AGENT_IDENTITY_PREFIX}{session_id}"


class Attribute(StrEnum):
    """What is written to a participant. Browsers cannot change their own."""

    # By the service, to everybody.
    ROLE = "role"
    CONFIRMED_FOR = "confirmed_for"  # the sid of the one connection that may receive
    # By the service, to the patient.
    ANALYSIS = "analysis"
    KEEPING = "keeping"
    LOCK = "lock"  # of the session's key, where keeping is granted: what is kept is sealed with it
    ANALYSIS_FOR = "analysis_for"  # the sid of the one connection that the three above hold for
    # By the agent, to itself: the service alone sees a hidden participant.
    STATE = "state"
    BEAT = "beat"  # counted up every second
    KEEPS = "keeps"  # "yes" while a log takes what it finds
    DISPATCH = "dispatch"  # LiveKit's id of the dispatch that it came by
    PATIENT = "patient"  # the identity that it looks for


class Role(StrEnum):
    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    OBSERVER = "observer"  # a practitioner who sees and hears, and steers nothing


class AccountRole(StrEnum):
    """What somebody who signs in is at the clinic; one person may be several."""

    PRACTITIONER = "practitioner"
    RESEARCHER = "researcher"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Analysis(StrEnum):
    """Whether the patient may be analysed now."""

    NONE = "none"
    GRANTED = "granted"
    PAUSED = "paused"


class Keeping(StrEnum):
    """Whether what the analysis finds may be kept."""

    NONE = "none"
    GRANTED = "granted"


class AgentState(StrEnum):
    """What the agent does: the names of the protocol's `AgentState`, and one more."""

    NONE = "none"  # the service's word until one has come
    WAITING = "waiting"
    ANALYSING = "analysing"
    PAUSED = "paused"
    NO_CAPACITY = "no_capacity"
    LOST = "lost"
    ALONE = "alone"


class Topic(StrEnum):
    """Under which the agent's data reaches practitioners."""

    FRAME = "epedicare.frame"
    WINDOW = "epedicare.window"
    EVENT = "epedicare.event"
    STATUS = "epedicare.status"
    REGISTRY = "epedicare.registry"


class Method(StrEnum):
    """What a practitioner may ask of the agent, by remote procedure call."""

    SET_BASELINE = "set_baseline"
    SELECT_PERSON = "select_person"  # payload: the person's number
    MARK = "mark"  # payload: {"label", "ago_ms": since its key was pressed} as JSON
    SNAPSHOT = "snapshot"


LONGEST_MARK = 80  # characters
STIMULUS_ON = "Stimulus on"  # marks that the agent sets while a practitioner shares a screen
STIMULUS_OFF = "Stimulus off"

CHAT_TOPIC = "epedicare.chat"  # of text streams between the pages, uncompressed; no agent reads it
LONGEST_CHAT = 2000  # characters of one message
LONGEST_WAITING_WORD = 200  # characters that a practitioner sends to a family that waits
LONGEST_NOTE = 10_000  # characters of a practitioner's notes beside one session


class DispatchMetadata(TypedDict):
    """What the service tells the agent that it calls, as JSON."""

    session_id: str
    patient_identity: str
    sample: NotRequired[bool]
    run: NotRequired[int]  # counted from 1: which of the session's dispatches this is
    with_room_only: NotRequired[bool]  # in the place of an agent whose machine has no capacity
