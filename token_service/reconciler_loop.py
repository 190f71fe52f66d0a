"""Looks at LiveKit every second, asks the reconciler what to do, and does it.

Webhooks and requests only make it look sooner; nothing depends on them.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakValueDictionary

from sqlalchemy import or_, select

from agent.errors import LiveKitUnavailable, NotInLiveKit
from agent.http.problems import log_unexpected
from token_service import audit, sessions
from token_service.broker import Broker
from token_service.consent import analysis_of, keeping_of
from token_service.database import Database, Transaction, utc_now
from token_service.livekit_gateway import LiveKitGateway
from token_service.models import Admission, Role, Session, SessionState
from token_service.reconciler import (
    Action,
    AgentState,
    CreateDispatch,
    CreateRoom,
    DeleteDispatch,
    DeleteRoom,
    Desired,
    Expire,
    Memory,
    Plan,
    RemoveParticipant,
    Room,
    SetPatientAttributes,
    reconcile,
)

INTERVAL_S = 1.0
UNREACHABLE_INTERVAL_S = 0.2  # browsers give up some 5 s after their server has gone
MINIMUM_INTERVAL_S = 0.1
ROOMS_AT_ONCE = 16

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
        if seat.role is Role.PRACTITIONER
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
        allowed=frozenset(seat.identity for seat in allowed),
    )
    return Truth(desired, frozenset(seat.identity for seat in session.seats if seat.present))


class ReconcilerLoop:
    def __init__(self, database: Database, gateway: LiveKitGateway, broker: Broker) -> None:
        self._database = database
        self._gateway = gateway
        self._broker = broker
        self._memories: dict[str, Memory] = {}
        self._agents: dict[str, AgentState] = {}
        self._rooms: frozenset[str] = frozenset()
        self._reachable: bool | None = None
        self._look_sooner = asyncio.Event()
        self._looking = asyncio.Lock()
        self._session_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def agent_state(self, session_id: str) -> AgentState:
        return self._agents.get(session_id, "none")

    def room_exists(self, session_id: str) -> bool:
        return self._reachable is True and session_id in self._rooms

    def look_sooner(self) -> None:
        self._look_sooner.set()

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the loop outlives whatever happens in it
                log_unexpected(error)
            await asyncio.sleep(MINIMUM_INTERVAL_S)
            await self._pause()

    async def look(self) -> None:
        async with self._looking:
            try:
                await self._look()
            except LiveKitUnavailable as error:
                self._livekit_is(False, str(error))

    async def confirm_patient(self, session_id: str) -> None:
        """Returns when LiveKit has the patient's attributes, or has no such patient."""
        async with self._lock(session_id):
            truth = await self._truth(session_id)
            if truth is not None and truth.desired.live:
                await self._set_patient_attributes(truth.desired)

    async def close_room(self, session_id: str) -> None:
        async with self._lock(session_id):
            try:
                await self._gateway.delete_room(session_id)
            except NotInLiveKit:
                pass
            except LiveKitUnavailable:
                self.look_sooner()
        self._rooms -= {session_id}

    async def _pause(self) -> None:
        interval_s = INTERVAL_S if self._reachable else UNREACHABLE_INTERVAL_S
        # Not wait_for: before Python 3.12 it swallows a cancellation that comes with the event.
        with suppress(TimeoutError):
            async with asyncio.timeout(interval_s - MINIMUM_INTERVAL_S):
                await self._look_sooner.wait()
        self._look_sooner.clear()

    async def _look(self) -> None:
        names = await self._gateway.room_names()
        self._livekit_is(True)
        truths = await self._truths(names)
        observed = await self._observe([t.desired for t in truths.values()], names)
        self._rooms = names
        plans = reconcile(
            [truth.desired for truth in truths.values()],
            observed,
            self._memories,
            time.monotonic(),
        )
        self._memories = {name: p.memory for name, p in plans.items() if p.memory is not None}
        await asyncio.gather(*(self._follow(truths[name], p) for name, p in plans.items()))
        await self._expire_unstarted()

    def _livekit_is(self, reachable: bool, why: str = "") -> None:
        if reachable is self._reachable:
            return
        self._reachable = reachable
        if reachable:
            log.info("LiveKit answers")
            return
        log.warning("%s; trying again until it does", why)
        self._rooms = frozenset()
        for session_id, state in self._agents.items():
            if state != "none":
                self._agents[session_id] = "lost"
                self._broker.changed(session_id)

    async def _observe(self, desired: list[Desired], names: frozenset[str]) -> dict[str, Room]:
        gate = asyncio.Semaphore(ROOMS_AT_ONCE)

        async def one(session: Desired) -> Room | None:
            if not session.live:
                return Room()
            async with gate:
                return await self._gateway.observe(session.session_id)

        there = [session for session in desired if session.session_id in names]
        rooms = await asyncio.gather(*(one(session) for session in there))
        return {
            session.session_id: room
            for session, room in zip(there, rooms, strict=True)
            if room is not None
        }

    async def _follow(self, truth: Truth, plan: Plan) -> None:
        session_id = truth.desired.session_id
        if plan.agent != self.agent_state(session_id):
            self._agents[session_id] = plan.agent
            self._broker.changed(session_id)
        if plan.actions:
            await self._carry_out(truth.desired, plan.actions)
        if truth.desired.live and plan.present != truth.present:
            await self._record_presence(session_id, plan.present)

    async def _carry_out(self, planned_for: Desired, actions: tuple[Action, ...]) -> None:
        """Not if the truth has moved since it was read: then the next look plans again."""
        async with self._lock(planned_for.session_id):
            truth = await self._truth(planned_for.session_id)
            if truth is None or truth.desired != planned_for:
                self.look_sooner()
                return
            for action in actions:
                try:
                    await self._do(planned_for, action)
                except NotInLiveKit:
                    continue
                except LiveKitUnavailable as error:
                    log.warning("%s: %s", type(action).__name__, error)

    async def _do(self, session: Desired, action: Action) -> None:
        name = session.session_id
        match action:
            case CreateRoom():
                await self._gateway.create_room(session)
                self._rooms |= {name}
            case DeleteRoom():
                await self._gateway.delete_room(name)
            case CreateDispatch():
                silent_s = time.monotonic() - self._memories[name].beat_at
                log.warning("session %s: no agent's beat for %.1f s, calling one", name, silent_s)
                await self._gateway.create_dispatch(session)
            case DeleteDispatch(dispatch_id):
                await self._gateway.delete_dispatch(name, dispatch_id)
            case SetPatientAttributes():
                await self._set_patient_attributes(session)
            case RemoveParticipant(identity):
                await self._gateway.remove(name, identity)
            case Expire():
                await self._expire(name)

    async def _set_patient_attributes(self, session: Desired) -> None:
        room, identity = session.session_id, session.patient_identity
        try:
            sid = await self._gateway.sid_of(room, identity)
            await self._gateway.set_attributes(room, identity, session.patient_attributes(sid))
        except NotInLiveKit:
            return  # whoever joins later joins without consent

    async def _expire(self, session_id: str) -> None:
        async with self._database.begin() as db:
            await sessions.expire(db, await sessions.find(db, session_id))
        self._broker.changed(session_id)
        await self._gateway.delete_room(session_id)

    async def _expire_unstarted(self) -> None:
        async with self._database.read() as db:
            if not await sessions.unstarted_too_long(db):
                return
        async with self._database.begin() as db:
            for session in await sessions.unstarted_too_long(db):
                await sessions.expire(db, session)
                self._broker.changed(session.id)

    async def _record_presence(self, session_id: str, present: frozenset[str]) -> None:
        async with self._database.begin() as db:
            session = await sessions.held(db, session_id)
            for seat in session.seats if session else ():
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

    def _lock(self, session_id: str) -> asyncio.Lock:
        return self._session_locks.setdefault(session_id, asyncio.Lock())


async def _read_truth(db: Transaction, session_id: str) -> Truth | None:
    session = await db.get(Session, session_id)
    return truth_of(session) if session else None
