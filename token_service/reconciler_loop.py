"""Looks at LiveKit every second, asks the reconciler what to do, and does it.

Webhooks and requests only make it look sooner, and at their own session alone; nothing depends on
them.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError

from agent.contract import AgentState
from agent.errors import LiveKitUnavailable, NotInLiveKit, NotLeading
from agent.http.problems import log_unexpected
from token_service import audit, sessions
from token_service.broker import Broker
from token_service.consent import analysis_of, keeping_of
from token_service.database import AWAY, Database, Transaction, utc_now
from token_service.erasing import Erasing
from token_service.expectations import Expectations
from token_service.kept import erase
from token_service.leadership import Leadership
from token_service.livekit_gateway import LiveKitGateway
from token_service.logins import touch_after_call
from token_service.models import Admission, Role, Session, SessionState
from token_service.reconciler import (
    BEAT_TIMEOUT_S,
    Action,
    Confirm,
    CreateDispatch,
    CreateRoom,
    DeleteDispatch,
    DeleteRoom,
    Desired,
    Expire,
    Memory,
    OfferElsewhere,
    Participant,
    Plan,
    RemoveParticipant,
    Room,
    SeenAgent,
    plan,
)
from token_service.replicas import Replicas
from token_service.session_keys import SessionKeys
from token_service.session_locks import Hold, SessionLocks
from token_service.steady_clock import SteadyClock

INTERVAL_S = 1.0
UNREACHABLE_INTERVAL_S = 0.2  # browsers give up some 5 s after their server has gone
MINIMUM_INTERVAL_S = 0.1
EXPECTING_INTERVAL_S = 0.1
SLOW_ROOM_S = 1.0
ROOMS_AT_ONCE = 16
APART_S, SPREAD_S = 0.025, 0.5  # looks at many rooms, so that a request waits for few of them

CALLS = (CreateDispatch, OfferElsewhere, DeleteDispatch)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Truth:
    desired: Desired
    present: frozenset[str]  # as recorded


def truth_of(session: Session) -> Truth:
    seats = [seat for seat in session.seats if seat.revoked_at is None]
    allowed = [
        seat
        for seat in seats
        if seat.role is not Role.PATIENT
        or (seat.admission is Admission.ADMITTED and not seat.stepped_out)
    ]
    patient = session.patient
    desired = Desired(
        session_id=session.id,
        live=session.state is SessionState.LIVE,
        sample=session.sample,
        patient_identity=patient.identity,
        analysis=analysis_of(patient),
        keeping="granted" if keeping_of(patient) else "none",
        lock=(session.lock if keeping_of(patient) else None) or "none",
        allowed=frozenset(seat.identity for seat in allowed),
        observers=frozenset(seat.identity for seat in allowed if seat.role is Role.OBSERVER),
    )
    return Truth(desired, frozenset(seat.identity for seat in session.seats if seat.present))


class ReconcilerLoop:
    def __init__(
        self,
        database: Database,
        gateway: LiveKitGateway,
        broker: Broker,
        data: Path,
        keys: SessionKeys,
        leadership: Leadership,
        replicas: Replicas,
    ) -> None:
        self._database = database
        self._leadership = leadership
        self._replicas = replicas
        self._data = data
        self._keys = keys
        self._gateway = gateway
        self._broker = broker
        self._memories: dict[str, Memory] = {}
        self._agents: dict[str, SeenAgent] = {}
        self._runs: dict[str, int] = {}
        self._silences: dict[str, float] = {}  # told of: since when
        self._rooms: frozenset[str] = frozenset()
        self._reachable: bool | None = None
        self._attending: dict[str, asyncio.Task[None]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._look_again: set[str] = set()
        self._looks_at_once = asyncio.Semaphore(ROOMS_AT_ONCE)
        self._expectations = Expectations()
        self._erasing = Erasing()
        self._locks = SessionLocks(database)
        self._clock = SteadyClock()
        self._term: int | None = None  # in which all that is remembered here was seen
        self._database_answers = True
        replicas.on("look", self._asked_to_look)
        replicas.on("expect", self._asked_to_expect)
        replicas.on("agent", self._told_of_agent)
        replicas.on("agents?", self._tell_all_agents)
        replicas.on_missed(lambda: replicas.tell("agents?"))

    def agent(self, session_id: str) -> SeenAgent:
        return self._agents.get(session_id, SeenAgent())

    def agent_states(self) -> tuple[AgentState, ...]:
        """Of the sessions that go on, as the service tells that leads."""
        if self._leadership.term is None:
            return ()
        return tuple(seen.state for seen in tuple(self._agents.values()))

    @property
    def livekit_answers(self) -> bool:
        """As far as it asked: of several services only one asks all the time."""
        return self._reachable is not False

    def look_sooner(self, session_id: str) -> None:
        """Whichever service leads looks."""
        self._replicas.tell("look", session_id)

    def expect_somebody(self, session_id: str, identity: str) -> None:
        """A token was given out: whoever joins with it is to be confirmed without delay."""
        self._replicas.tell("expect", session_id, identity)

    async def run(self) -> None:
        expecting = asyncio.create_task(self._look_out())
        try:
            while True:
                began = time.monotonic()
                if self._leads():
                    await self._look_whatever_happens()
                interval_s = INTERVAL_S if self._reachable else UNREACHABLE_INTERVAL_S
                await asyncio.sleep(max(MINIMUM_INTERVAL_S, began + interval_s - time.monotonic()))
        finally:
            tasks = [expecting, *self._attending.values(), *self._looking.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _leads(self) -> bool:
        """What was seen before another service led says nothing of now."""
        if self._term != (term := self._leadership.term):
            self._term = term
            self._reachable = None
            for forgotten in (self._memories, self._runs, self._silences):
                forgotten.clear()
        return term is not None

    async def _look_whatever_happens(self) -> None:
        try:
            await self._look()
            self._database_is(True)
        except LiveKitUnavailable as error:
            self._livekit_is(False, str(error))
        except NotLeading:
            pass
        except AWAY:
            self._database_is(False)
        except Exception as error:  # noqa: BLE001 - the loop outlives whatever happens
            log_unexpected(error)

    def _asked_to_look(self, session_id: str) -> None:
        """One look at a time, however often it is asked for, and a last one after the last."""
        if not self._leads():
            return
        self._look_again.add(session_id)
        if session_id not in self._looking:
            self._looking[session_id] = asyncio.create_task(self._look_soon(session_id))

    def _asked_to_expect(self, session_id: str, identity: str) -> None:
        if self._leadership.term is not None:
            self._expectations.expect(session_id, identity)

    def _told_of_agent(self, session_id: str, state: str, keeps: str) -> None:
        seen = SeenAgent(AgentState(state), bool(keeps))
        if seen == SeenAgent():
            self._agents.pop(session_id, None)
        else:
            self._agents[session_id] = seen

    def _tell_all_agents(self) -> None:
        if self._leadership.term is not None:
            for session_id, seen in list(self._agents.items()):
                self._saw(session_id, seen)

    def _saw(self, session_id: str, seen: SeenAgent) -> None:
        self._replicas.tell("agent", session_id, seen.state, "keeps" if seen.keeps else "")
        self._broker.changed(session_id)

    async def _look_at(self, session_id: str) -> None:
        """At one session, whatever LiveKit takes its time for in the others."""
        try:
            there = await self._gateway.room_names(session_id)
        except LiveKitUnavailable as error:
            self._livekit_is(False, str(error))
            return
        self._livekit_is(True)
        self._rooms = (self._rooms - {session_id}) | there
        truth = await self._truth(session_id)
        if truth is not None:
            if (before := self._attending.get(session_id)) is not None:
                await asyncio.wait([before])
            await self._attend(truth)

    async def confirm_patient(self, session_id: str) -> None:
        """Returns when LiveKit has the patient's attributes, or has no such patient."""
        async with self._locks.hold(session_id) as hold:
            truth = await self._truth(session_id)
            if truth is not None and truth.desired.live:
                await self._confirm_patient(truth.desired, hold)

    async def close_room(self, session_id: str) -> None:
        async with self._locks.hold(session_id):
            try:
                await self._gateway.delete_room(session_id)
            except NotInLiveKit:
                pass
            except LiveKitUnavailable:
                self.look_sooner(session_id)
        self._rooms -= {session_id}

    async def _look_soon(self, session_id: str) -> None:
        try:
            while session_id in self._look_again:
                self._look_again.discard(session_id)
                async with self._looks_at_once:
                    await self._look_at(session_id)
                await asyncio.sleep(MINIMUM_INTERVAL_S)
        except (NotLeading, *AWAY):
            pass  # the loop looks, too
        except Exception as error:  # noqa: BLE001
            log_unexpected(error)
        finally:
            del self._looking[session_id]

    async def _look_out(self) -> None:
        while True:
            await asyncio.sleep(EXPECTING_INTERVAL_S)
            for session_id in self._expectations.due():
                self._asked_to_look(session_id)

    async def _look(self) -> None:
        """Nobody waits long for a room that LiveKit does not answer for."""
        names = await self._gateway.room_names()
        self._livekit_is(True)
        truths = await self._truths(names)
        self._rooms = names
        self._forget_all_but(truths.keys())
        gate = asyncio.Semaphore(ROOMS_AT_ONCE)
        for session_id, truth in truths.items():
            if session_id not in self._attending:
                self._start_attending(truth, gate)
                await asyncio.sleep(min(APART_S, SPREAD_S / len(truths)))
        if self._attending:
            await asyncio.wait(self._attending.values(), timeout=SLOW_ROOM_S)
        await self._expire_unstarted()
        await self._erase_again()

    async def _erase_again(self) -> None:
        """An agent that was writing when a session was erased closes its log a moment later."""
        async with self._database.read() as db:
            erasing = await self._erasing.sessions(db)
        for session_id in erasing:
            if await asyncio.to_thread(erase, self._data, session_id):
                self._broker.changed(session_id)

    def _start_attending(self, truth: Truth, gate: asyncio.Semaphore) -> None:
        session_id = truth.desired.session_id

        async def attend() -> None:
            try:
                async with gate:
                    await self._attend(truth)
            except (NotLeading, *AWAY):
                pass  # the loop finds out
            except Exception as error:  # noqa: BLE001 - one session's failure is its own
                log_unexpected(error)
            finally:
                del self._attending[session_id]

        self._attending[session_id] = asyncio.create_task(attend())

    def _forget_all_but(self, session_ids: Collection[str]) -> None:
        for kept in (self._memories, self._runs, self._silences):
            for session_id in kept.keys() - session_ids:
                del kept[session_id]
        for session_id in self._agents.keys() - session_ids:
            self._replicas.tell("agent", session_id, AgentState.NONE, "")

    def _database_is(self, answers: bool) -> None:
        if answers is not self._database_answers:
            self._database_answers = answers
            log.warning("the database %s", "answers again" if answers else "does not answer")

    def _livekit_is(self, reachable: bool, why: str = "") -> None:
        if reachable is self._reachable:
            return
        self._reachable = reachable
        if reachable:
            log.info("LiveKit answers")
            return
        log.warning("%s; trying again until it does", why)
        self._rooms = frozenset()
        for session_id in list(self._agents):
            self._agent_is_lost(session_id)

    def _agent_is_lost(self, session_id: str) -> None:
        if self.agent(session_id).state not in (AgentState.NONE, AgentState.LOST):
            self._saw(session_id, SeenAgent(AgentState.LOST))

    async def _attend(self, truth: Truth) -> None:
        session_id = truth.desired.session_id
        try:
            room = await self._observe(truth.desired)
        except LiveKitUnavailable as error:
            log.warning("session %s: %s", session_id, error)
            memory = self._memories.get(session_id)
            if memory is not None and time.monotonic() - memory.beat_at >= BEAT_TIMEOUT_S:
                self._agent_is_lost(session_id)
            return
        if not self._leads():
            return
        made = plan(truth.desired, room, self._memories.get(session_id), time.monotonic())
        if made.memory is not None:
            self._memories[session_id] = made.memory
        else:
            self._memories.pop(session_id, None)
        await self._follow(truth, made)

    async def _observe(self, session: Desired) -> Room | None:
        if session.session_id not in self._rooms:
            return None
        return await self._gateway.observe(session.session_id) if session.live else Room()

    async def _follow(self, truth: Truth, made: Plan) -> None:
        session_id = truth.desired.session_id
        seen = SeenAgent(made.agent, made.keeps)
        if seen != self.agent(session_id):
            self._saw(session_id, seen)
        if made.actions:
            await self._carry_out(truth.desired, made.actions)
        if truth.desired.live and made.present != truth.present:
            await self._record_presence(session_id, made.present)

    async def _carry_out(self, planned_for: Desired, actions: tuple[Action, ...]) -> None:
        """Not if the truth has moved since it was read: then the next look plans again.

        While LiveKit calls an agent, which may take it long, nobody's pause waits for it: what
        the call says of the family no answer of theirs changes.
        """
        async with self._locks.hold(planned_for.session_id) as hold:
            truth = await self._truth(planned_for.session_id)
            if truth is None or truth.desired != planned_for:
                self._asked_to_look(planned_for.session_id)
                return
            for action in actions:
                if not isinstance(action, CALLS):
                    await self._try(planned_for, action, hold)
        for action in actions:
            if isinstance(action, CALLS):
                await self._try(planned_for, action, Hold())

    async def _try(self, session: Desired, action: Action, hold: Hold) -> None:
        try:
            await hold.check(self._leadership)
            await self._do(session, action, hold)
        except NotInLiveKit:
            pass
        except LiveKitUnavailable as error:
            log.warning("%s: %s", type(action).__name__, error)

    async def _do(self, session: Desired, action: Action, hold: Hold) -> None:
        name = session.session_id
        match action:
            case CreateRoom():
                await self._gateway.create_room(session, await self._next_run(name))
                self._rooms |= {name}
            case DeleteRoom():
                await self._gateway.delete_room(name)
            case CreateDispatch():
                self._tell_silence(name)
                await self._gateway.create_dispatch(session, await self._next_run(name))
            case OfferElsewhere():
                await self._gateway.offer_elsewhere(session, await self._next_run(name))
            case DeleteDispatch(dispatch_id):
                await self._refuse_unless_leading()
                await self._gateway.delete_dispatch(name, dispatch_id)
            case Confirm(participant):
                people = await self._gateway.participants(name)
                await self._confirm(session, people, participant.identity, hold)
            case RemoveParticipant(identity):
                await self._gateway.remove(name, identity)
            case Expire():
                await self._expire(name)

    def _tell_silence(self, session_id: str) -> None:
        """Once per silence: without a worker an agent is called every other second."""
        since = self._memories[session_id].beat_at
        if self._silences.get(session_id) == since:
            return
        self._silences[session_id] = since
        silent_s = time.monotonic() - since
        log.warning("session %s: no agent's beat for %.1f s, calling one", session_id, silent_s)

    async def _refuse_unless_leading(self) -> None:
        async with self._database.read() as db:
            await self._leadership.refuse_unless_leading(db, to_the_end=False)

    async def _confirm_patient(self, session: Desired, hold: Hold) -> None:
        try:
            people = await self._gateway.participants(session.session_id)
        except NotInLiveKit:
            return  # whoever joins later joins without consent
        with suppress(NotInLiveKit):
            await self._confirm(session, people, session.patient_identity, hold)

    async def _confirm(
        self, session: Desired, people: Sequence[Participant], identity: str, hold: Hold
    ) -> None:
        """As they are now: whoever has just joined again has another sid."""
        for participant in people:
            if participant.identity == identity and identity in session.allowed:
                await hold.check()
                await self._gateway.confirm(
                    session.session_id,
                    identity,
                    session.attributes(participant),
                    may_send_data=session.may_send_data(identity),
                    role=session.role(identity),
                )
                self._expectations.arrived(identity)

    async def _next_run(self, session_id: str) -> int:
        """Only grows, whatever any clock says; also while the database takes nothing."""
        run = self._runs.get(session_id, 0) + 1
        try:
            async with self._database.begin() as db:
                await self._leadership.refuse_unless_leading(db)
                session = await sessions.find(db, session_id)
                run = session.run = max(run, session.run + 1)
        except SQLAlchemyError as error:
            log.error("session %s: its run is not on record: %s", session_id, type(error).__name__)
        self._runs[session_id] = run
        return run

    async def _expire(self, session_id: str) -> None:
        async with self._database.begin() as db:
            session = await sessions.find(db, session_id)
            await sessions.expire(db, session)
            await self._keys.describe(db, self._data, session)
        self._broker.changed(session_id)
        await self._gateway.delete_room(session_id)

    async def _expire_unstarted(self) -> None:
        """Not when a clock that has jumped forward makes everything look old."""
        if self._clock.has_jumped():
            return
        async with self._database.read() as db:
            if not await sessions.unstarted_too_long(db):
                return
        async with self._database.begin() as db:
            await self._leadership.refuse_unless_leading(db)
            for session in await sessions.unstarted_too_long(db):
                await sessions.expire(db, session)
                self._broker.changed(session.id)

    async def _record_presence(self, session_id: str, present: frozenset[str]) -> None:
        async with self._database.begin() as db:
            await self._leadership.refuse_unless_leading(db)
            session = await sessions.held(db, session_id)
            seats = session.seats if session else []
            left = [seat for seat in seats if seat.present and seat.identity not in present]
            await touch_after_call(db, left)
            for seat in seats:
                if seat.present is (seat.identity in present):
                    continue
                seat.present = not seat.present
                if seat.present:
                    seat.joined_at = utc_now()
                audit.record(db, seat, "joined" if seat.present else "left")
        self._broker.changed(session_id)

    async def _truths(self, rooms: frozenset[str]) -> dict[str, Truth]:
        wanted = select(Session).where(
            or_(Session.state == SessionState.LIVE, Session.id.in_(rooms))
        )
        async with self._database.read() as db:
            return {session.id: truth_of(session) for session in await db.scalars(wanted)}

    async def _truth(self, session_id: str) -> Truth | None:
        async with self._database.read() as db:
            return await _read_truth(db, session_id)


async def _read_truth(db: Transaction, session_id: str) -> Truth | None:
    session = await db.get(Session, session_id)
    return truth_of(session) if session else None
