"""What to do so that LiveKit's rooms are as the sessions say. A pure function of its arguments.

A self-hosted LiveKit dispatches an agent once, loses dispatches under load, forgets every room
when it restarts and lists a killed agent for 21 s more. So presence proves nothing; the `beat`
that the agent raises every second does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agent.contract import AgentState, Attribute, Role, agent_identity

BEAT_TIMEOUT_S = 4.0
ENDED_JOB_TIMEOUT_S = 1.5  # when LiveKit itself knows that the agent's job has ended
START_TIMEOUT_S = 12.0  # a job of a burst may wait for its process; calling more makes it longer
DISPATCH_INTERVAL_S = 2.0
OFFER_INTERVAL_S = 3.0
EMPTY_EXPIRY_S = 30 * 60.0


@dataclass(frozen=True, slots=True)
class Desired:
    """One session as the database has it."""

    session_id: str
    live: bool
    sample: bool
    patient_identity: str
    analysis: str
    keeping: str
    allowed: frozenset[str]  # identities of seats that may be in the room now
    lock: str = "none"  # of the session's key, while keeping is granted
    observers: frozenset[str] = frozenset()  # of these, who publishes and steers nothing

    def may_send_data(self, identity: str) -> bool:
        """The chat. LiveKit's grant knows no topics: whoever receives takes nothing else of it."""
        return self.role(identity) is not Role.OBSERVER

    def role(self, identity: str) -> Role:
        if identity == self.patient_identity:
            return Role.PATIENT
        return Role.OBSERVER if identity in self.observers else Role.PRACTITIONER

    def attributes(self, participant: "Participant") -> dict[str, str]:
        """They hold for one connection, named by its sid.

        LiveKit renews a connected client's token and writes the attributes of the moment into
        it. Whoever joins again with such a token has a new sid, and so neither consent nor
        results until the service says so.
        """
        role = self.role(participant.identity)
        said: dict[str, str] = {Attribute.ROLE: role, Attribute.CONFIRMED_FOR: participant.sid}
        if role is not Role.PATIENT:
            return said
        return said | {
            Attribute.ANALYSIS: self.analysis,
            Attribute.KEEPING: self.keeping,
            Attribute.LOCK: self.lock,
            Attribute.ANALYSIS_FOR: participant.sid,
        }


@dataclass(frozen=True, slots=True)
class Participant:
    identity: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    sid: str = ""
    can_subscribe: bool = False
    can_publish_data: bool = False


@dataclass(frozen=True, slots=True)
class Dispatch:
    id: str
    active_jobs: tuple[str, ...] = ()  # pending or running, as LiveKit believes


@dataclass(frozen=True, slots=True)
class Room:
    participants: tuple[Participant, ...] = ()
    dispatches: tuple[Dispatch, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateRoom:
    pass


@dataclass(frozen=True, slots=True)
class DeleteRoom:
    pass


@dataclass(frozen=True, slots=True)
class CreateDispatch:
    pass


@dataclass(frozen=True, slots=True)
class OfferElsewhere:
    """The agent's machine analyses as many as it can; LiveKit asks the others for one with room."""


@dataclass(frozen=True, slots=True)
class DeleteDispatch:
    dispatch_id: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Says to everybody whose connection this is, and lets it see and hear the others."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class RemoveParticipant:
    identity: str


@dataclass(frozen=True, slots=True)
class Expire:
    pass


Action = (
    CreateRoom
    | DeleteRoom
    | CreateDispatch
    | OfferElsewhere
    | DeleteDispatch
    | Confirm
    | RemoveParticipant
    | Expire
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What one look at a session must remember for the next. Times are monotonic seconds."""

    beat: str | None
    beat_at: float  # when it last changed, or since when one is waited for
    dispatched_at: float
    agent_seen: bool = False  # an agent has beaten in this session
    first_seen: Mapping[str, float] = field(default_factory=dict)  # dispatches and jobs
    empty_since: float | None = None


@dataclass(frozen=True, slots=True)
class SeenAgent:
    state: AgentState = AgentState.NONE
    keeps: bool = False  # it writes down what it finds


@dataclass(frozen=True, slots=True)
class Plan:
    actions: tuple[Action, ...]
    memory: Memory | None
    present: frozenset[str] = frozenset()
    agent: AgentState = AgentState.NONE
    keeps: bool = False  # the agent writes down what it finds


def plan(desired: Desired, room: Room | None, memory: Memory | None, now: float) -> Plan:
    if not desired.live:
        return Plan((DeleteRoom(),) if room is not None else (), None)
    memory = memory or Memory(beat=None, beat_at=now, dispatched_at=now)
    if room is None:
        return _plan_missing_room(memory, now)
    return _plan_room(desired, room, _looked_at(desired, room, memory, now), now)


def _plan_missing_room(memory: Memory, now: float) -> Plan:
    """A new room brings its own dispatch: the wait for a beat begins anew."""
    memory = replace(
        memory,
        beat_at=now,
        dispatched_at=now,
        first_seen={},
        empty_since=now if memory.empty_since is None else memory.empty_since,
    )
    if _empty_too_long(memory, now):
        return Plan((Expire(),), memory)
    agent = AgentState.LOST if memory.agent_seen else AgentState.NONE
    return Plan((CreateRoom(),), memory, agent=agent)


def _plan_room(desired: Desired, room: Room, memory: Memory, now: float) -> Plan:
    present = frozenset(p.identity for p in room.participants) & desired.allowed
    agent = _agent_state(desired, room, memory, now)
    keeps = _keeps(desired, room)
    if _empty_too_long(memory, now):
        return Plan((Expire(),), memory, present, agent, keeps)
    actions: list[Action] = [*_removals(desired, room), *_confirmations(desired, room)]
    if _needs_dispatch(desired, room, memory, now):
        memory = replace(memory, dispatched_at=now)
        actions += _successor(desired, room)
    elif agent is AgentState.NO_CAPACITY and now - memory.dispatched_at >= OFFER_INTERVAL_S:
        memory = replace(memory, dispatched_at=now)
        actions.append(OfferElsewhere())
    actions += _stale_dispatches(desired, room, memory, now)
    return Plan(tuple(actions), memory, present, agent, keeps)


def _looked_at(desired: Desired, room: Room, memory: Memory, now: float) -> Memory:
    memory = replace(memory, first_seen=_first_seen(room, memory, now))
    if any(p.identity in desired.allowed for p in room.participants):
        memory = replace(memory, empty_since=None)
    elif memory.empty_since is None:
        memory = replace(memory, empty_since=now)
    agent = _agent(desired, room)
    beat = agent.attributes.get(Attribute.BEAT) if agent else None
    if beat is not None and beat != memory.beat:
        memory = replace(memory, beat=beat, beat_at=now, agent_seen=True)
    return memory


def _first_seen(room: Room, memory: Memory, now: float) -> dict[str, float]:
    names = [name for d in room.dispatches for name in (d.id, *d.active_jobs)]
    return {name: memory.first_seen.get(name, now) for name in names}


def _agent(desired: Desired, room: Room) -> Participant | None:
    identity = agent_identity(desired.session_id)
    return next((p for p in room.participants if p.identity == identity), None)


def _agent_state(desired: Desired, room: Room, memory: Memory, now: float) -> AgentState:
    if not memory.agent_seen:
        return AgentState.NONE
    agent = _agent(desired, room)
    if agent is None or _silent(desired, room, memory, now):
        return AgentState.LOST
    said = agent.attributes.get(Attribute.STATE, "")
    return AgentState(said) if said in {*AgentState} else AgentState.WAITING


def _keeps(desired: Desired, room: Room) -> bool:
    agent = _agent(desired, room)
    return agent is not None and agent.attributes.get(Attribute.KEEPS) == "yes"


def _silent(desired: Desired, room: Room, memory: Memory, now: float) -> bool:
    """It does not beat, or looks for a patient whose seat another device has taken."""
    agent = _agent(desired, room)
    if agent and agent.attributes.get(Attribute.PATIENT, desired.patient_identity) != (
        desired.patient_identity
    ):
        return True
    came_by = _came_by(desired, room)
    ended = any(d.id == came_by and not d.active_jobs for d in room.dispatches)
    return now - memory.beat_at >= (ENDED_JOB_TIMEOUT_S if ended else BEAT_TIMEOUT_S)


def _empty_too_long(memory: Memory, now: float) -> bool:
    return memory.empty_since is not None and now - memory.empty_since >= EMPTY_EXPIRY_S


def _removals(desired: Desired, room: Room) -> list[RemoveParticipant]:
    welcome = desired.allowed | {agent_identity(desired.session_id)}
    return [RemoveParticipant(p.identity) for p in room.participants if p.identity not in welcome]


def _confirmations(desired: Desired, room: Room) -> list[Confirm]:
    return [
        Confirm(p)
        for p in room.participants
        if p.identity in desired.allowed and not _is_confirmed(desired, p)
    ]


def _is_confirmed(desired: Desired, participant: Participant) -> bool:
    said = desired.attributes(participant).items() <= dict(participant.attributes).items()
    may_send_data = desired.may_send_data(participant.identity)
    return said and participant.can_subscribe and participant.can_publish_data is may_send_data


def _successor(desired: Desired, room: Room) -> list[Action]:
    """The silent agent goes first: when LiveKit itself puts out a participant whose identity
    comes a second time, it ends the newer one's job."""
    if _agent(desired, room) is None:
        return [CreateDispatch()]
    return [RemoveParticipant(agent_identity(desired.session_id)), CreateDispatch()]


def _needs_dispatch(desired: Desired, room: Room, memory: Memory, now: float) -> bool:
    """A job that was taken is given the time to beat for the first time before it is replaced."""
    starting = any(_starting(desired, room, d, memory, now) for d in room.dispatches)
    due = now - memory.dispatched_at >= DISPATCH_INTERVAL_S
    return _silent(desired, room, memory, now) and due and not starting


def _starting(desired: Desired, room: Room, dispatch: Dispatch, memory: Memory, now: float) -> bool:
    """LiveKit may list a job only seconds after its agent has joined, and then after its death."""
    if not dispatch.active_jobs or dispatch.id == _came_by(desired, room):
        return False
    taken_at = max(memory.first_seen[job] for job in dispatch.active_jobs)
    has_beaten = memory.beat is not None and memory.beat_at > taken_at
    return not has_beaten and now - taken_at < START_TIMEOUT_S


def _came_by(desired: Desired, room: Room) -> str | None:
    """The dispatch that the agent in the room says it came by."""
    agent = _agent(desired, room)
    return agent.attributes.get(Attribute.DISPATCH) if agent else None


def _settled(desired: Desired, room: Room, dispatch: Dispatch, memory: Memory, now: float) -> bool:
    seen = max(memory.first_seen[name] for name in (dispatch.id, *dispatch.active_jobs))
    return now - seen >= BEAT_TIMEOUT_S and not _starting(desired, room, dispatch, memory, now)


def _stale_dispatches(desired: Desired, room: Room, memory: Memory, now: float) -> list[Action]:
    """All but the one that the beating agent says it came by: deleting that would end it."""
    own = None if _silent(desired, room, memory, now) else _came_by(desired, room)
    return [
        DeleteDispatch(d.id)
        for d in room.dispatches
        if _settled(desired, room, d, memory, now) and d.id != own
    ]
