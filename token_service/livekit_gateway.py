"""The few things the service asks of LiveKit's server API."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import aiohttp
from livekit import api

from agent.contract import AGENT_NAME, DispatchMetadata, Role
from agent.errors import LiveKitUnavailable, NotInLiveKit
from token_service.reconciler import EMPTY_EXPIRY_S, Desired, Dispatch, Participant, Room
from token_service.settings import ServiceSettings

CALL_TIMEOUT_S = 2.0
# The reconciler decides when a session is over; the room must not close before it does.
ROOM_TIMEOUT_S = int(EMPTY_EXPIRY_S) + 300
MAX_PARTICIPANTS = 8
TEST_ROOM_TIMEOUT_S = 30  # of a browser that has gone
ACTIVE_JOB = (api.JobStatus.JS_PENDING, api.JobStatus.JS_RUNNING)
SEEN_AND_HEARD = (api.TrackSource.CAMERA, api.TrackSource.MICROPHONE)
SCREEN = (api.TrackSource.SCREEN_SHARE, api.TrackSource.SCREEN_SHARE_AUDIO)
SOURCES = {
    Role.PATIENT: SEEN_AND_HEARD,
    Role.PRACTITIONER: (*SEEN_AND_HEARD, *SCREEN),
    Role.OBSERVER: (),
}
GONE = api.ParticipantInfo.State.DISCONNECTED


class LiveKitGateway:
    """Made inside a running event loop."""

    def __init__(self, settings: ServiceSettings, on_redispatch: Callable[[], None]) -> None:
        self._on_redispatch = on_redispatch
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT_S))
        self._api = api.LiveKitAPI(
            settings.livekit_url,
            settings.livekit_api_key,
            settings.secret,
            session=self._http,
            failover=False,
        )

    async def close(self) -> None:
        await self._http.close()

    async def room_names(self, *names: str) -> frozenset[str]:
        """Of all rooms, or those of these names that exist."""
        with _errors():
            rooms = await self._api.room.list_rooms(api.ListRoomsRequest(names=names))
        return frozenset(room.name for room in rooms.rooms)

    async def observe(self, name: str) -> Room | None:
        try:
            with _errors():
                people = await self._api.room.list_participants(
                    api.ListParticipantsRequest(room=name)
                )
                dispatches = await self._api.agent_dispatch.list_dispatch(name)
        except NotInLiveKit:
            return None
        return Room(
            participants=tuple(
                _participant(person) for person in people.participants if person.state != GONE
            ),
            dispatches=tuple(_dispatch(d) for d in dispatches if d.agent_name == AGENT_NAME),
        )

    async def participants(self, name: str) -> list[Participant]:
        request = api.ListParticipantsRequest(room=name)
        with _errors():
            people = await self._api.room.list_participants(request)
        return [_participant(person) for person in people.participants if person.state != GONE]

    async def create_room(self, session: Desired, run: int) -> None:
        metadata = _job_metadata(session, run)
        agent = api.RoomAgentDispatch(agent_name=AGENT_NAME, metadata=metadata)
        request = api.CreateRoomRequest(
            name=session.session_id,
            empty_timeout=ROOM_TIMEOUT_S,
            departure_timeout=ROOM_TIMEOUT_S,
            max_participants=MAX_PARTICIPANTS,
            sync_streams=True,  # else browsers play sound and picture each in its own time
            agents=[agent],
        )
        with _errors():
            await self._api.room.create_room(request)

    async def create_test_room(self, name: str) -> None:
        """Without an agent. A browser that comes again may be there twice for a moment."""
        request = api.CreateRoomRequest(
            name=name,
            empty_timeout=TEST_ROOM_TIMEOUT_S,
            departure_timeout=TEST_ROOM_TIMEOUT_S,
            max_participants=2,
        )
        with _errors():
            await self._api.room.create_room(request)

    async def delete_room(self, name: str) -> None:
        with _errors():
            await self._api.room.delete_room(api.DeleteRoomRequest(room=name))

    async def create_dispatch(self, session: Desired, run: int) -> None:
        await self._dispatch(session, _job_metadata(session, run))
        self._on_redispatch()

    async def offer_elsewhere(self, session: Desired, run: int) -> None:
        """To machines that have room: one that takes it puts out the agent which has none."""
        await self._dispatch(session, _job_metadata(session, run, with_room_only=True))

    async def _dispatch(self, session: Desired, metadata: str) -> None:
        request = api.CreateAgentDispatchRequest(
            agent_name=AGENT_NAME, room=session.session_id, metadata=metadata
        )
        with _errors():
            await self._api.agent_dispatch.create_dispatch(request)

    async def delete_dispatch(self, name: str, dispatch_id: str) -> None:
        with _errors():
            await self._api.agent_dispatch.delete_dispatch(dispatch_id, name)

    async def confirm(
        self,
        name: str,
        identity: str,
        attributes: Mapping[str, str],
        *,
        may_send_data: bool,
        role: Role,
    ) -> None:
        request = api.UpdateParticipantRequest(
            room=name,
            identity=identity,
            attributes=dict(attributes),
            permission=api.ParticipantPermission(
                can_subscribe=True,
                can_publish=bool(SOURCES[role]),
                can_publish_sources=SOURCES[role],
                can_publish_data=may_send_data,
            ),
        )
        with _errors():
            await self._api.room.update_participant(request)

    async def remove(self, name: str, identity: str) -> None:
        request = api.RoomParticipantIdentity(room=name, identity=identity)
        with _errors():
            await self._api.room.remove_participant(request)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except api.ServerError as error:
        if error.code == api.ServerErrorCode.NOT_FOUND:
            raise NotInLiveKit(error.message) from None
        raise LiveKitUnavailable(f"LiveKit refused: {error.code}") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise LiveKitUnavailable(f"LiveKit does not answer: {type(error).__name__}") from error


def _participant(person: api.ParticipantInfo) -> Participant:
    return Participant(
        person.identity,
        dict(person.attributes),
        person.sid,
        can_subscribe=person.permission.can_subscribe,
        can_publish_data=person.permission.can_publish_data,
    )


def _job_metadata(session: Desired, run: int, *, with_room_only: bool = False) -> str:
    stated = DispatchMetadata(
        session_id=session.session_id,
        patient_identity=session.patient_identity,
        sample=session.sample,
        run=run,
        with_room_only=with_room_only,
    )
    return json.dumps(stated)


def _dispatch(dispatch: api.AgentDispatch) -> Dispatch:
    return Dispatch(
        id=dispatch.id,
        active_jobs=tuple(job.id for job in dispatch.state.jobs if job.state.status in ACTIVE_JOB),
    )
