"""Two services, one PostgreSQL, one LiveKit: whichever is asked, and whichever dies."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial

import httpx2
import pytest
from livekit import api, rtc
from livekit_fixtures import LiveKitServer
from participants import eventually
from postgresql_fixtures import PostgreSql
from replica_fixtures import Replica
from service_fixtures import Patient, Practitioner, admitted, events, make_settings

from token_service.service import FAILURES

pytestmark = [pytest.mark.livekit, pytest.mark.fault, pytest.mark.timeout(300)]

TAKEN_OVER_WITHIN_S = 5.0


class Pair:
    def __init__(self, replicas: tuple[Replica, Replica], postgresql: PostgreSql) -> None:
        self.replicas = replicas
        self.postgresql = postgresql

    @property
    def leader(self) -> Replica:
        return max(self.replicas, key=lambda replica: replica.newest_term)

    @property
    def other(self) -> Replica:
        return min(self.replicas, key=lambda replica: replica.newest_term)

    async def one_leads(self) -> None:
        await eventually(lambda: self.leader.newest_term, TAKEN_OVER_WITHIN_S, "one leads")


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory,
    livekit_server: LiveKitServer,
    postgresql: PostgreSql,
) -> Iterator[Pair]:
    folder, url = tmp_path_factory.mktemp("replicas"), postgresql.new_database()
    first, second = (
        Replica(
            make_settings(
                folder,
                livekit_server.url,
                key=livekit_server.api_key,
                secret=livekit_server.api_secret,
                database_url=url,
            ),
            folder / f"{name}.log",
        )
        for name in ("first", "second")
    )
    try:
        for replica in (first, second):
            replica.start()
        for replica in (first, second):
            replica.wait_until_it_answers()
        yield Pair((first, second), postgresql)
    finally:
        for replica in (first, second):
            replica.close()


@pytest.fixture
async def livekit(livekit_server: LiveKitServer) -> AsyncIterator[api.LiveKitAPI]:
    server = livekit_server
    async with api.LiveKitAPI(server.url, server.api_key, server.api_secret) as livekit:
        yield livekit


def at(replica: Replica, somebody: httpx2.Client) -> httpx2.Client:
    """The same person, whose next request happens to reach this one."""
    client = replica.client()
    client.headers.update(somebody.headers)
    return client


async def rooms(livekit: api.LiveKitAPI) -> set[str]:
    return {room.name for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms}


async def test_it_does_not_matter_which_one_is_asked(
    pair: Pair, livekit_server: LiveKitServer
) -> None:
    await pair.one_leads()
    leader, other = pair.leader, pair.other
    practitioner = leader.practitioner()
    session = practitioner.create()
    elsewhere = Practitioner(at(other, practitioner.client))
    patient = other.patient(elsewhere.invite(session))
    with events(practitioner.client, session) as seen:
        next(seen)
        patient.consent().raise_for_status()
        assert next(seen)["patient"]["analysis"] == "granted"
        patient.knock()
        assert next(seen)["patient"]["state"] == "waiting"
    elsewhere.admit(session)
    room = rtc.Room()
    await room.connect(livekit_server.url, Patient(at(leader, patient.client), session).token())
    with events(patient.client, session) as seen:
        await asyncio.to_thread(
            lambda: next(one for one in seen if one["patient"]["state"] == "joined")
        )
    at(leader, patient.client).put(
        f"/api/v1/sessions/{session}/analysis", json={"paused": True}
    ).raise_for_status()
    await eventually(
        lambda: room.local_participant.attributes.get("analysis") == "paused", 2, "it is paused"
    )
    with events(practitioner.client, session) as seen:
        next(seen)
        elsewhere.client.post("/api/v1/sign-out", json={}).raise_for_status()
        assert list(seen) == []
    await room.disconnect()


async def test_wrong_codes_are_counted_together(pair: Pair) -> None:
    clients = [replica.client() for replica in pair.replicas]

    def guess(number: int) -> int:
        code = {"code": f"2222{number:04}"}
        return clients[number % 2].post("/api/v1/invites/redeem", json=code).status_code

    assert [guess(number) for number in range(FAILURES)] == [404] * FAILURES
    for number in (0, 1):
        await eventually(lambda n=number: guess(n) == 429, 30, "neither takes more")


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_the_other_one_takes_over_and_who_wakes_up_does_nothing_more(
    pair: Pair, livekit: api.LiveKitAPI, how: str
) -> None:
    await pair.one_leads()
    leader, other = pair.leader, pair.other
    _, patient = admitted(other)
    session, before = patient.session, leader.newest_term
    await eventually(lambda: _is_there(livekit, session), 30, "the leader makes the room")

    if how == "stopped":
        leader.stop_in_the_middle()
    else:
        leader.kill()
    await livekit.room.delete_room(api.DeleteRoomRequest(room=session))
    taken_over_s = await eventually(
        lambda: _is_there(livekit, session), TAKEN_OVER_WITHIN_S, "the other one makes it again"
    )
    print(f"taken over after {taken_over_s:.1f} s")
    assert other.newest_term == before + 1
    patient.pause().raise_for_status()

    if how == "killed":
        leader.start()
        leader.wait_until_it_answers()
        return
    leader.wake()
    at(leader, patient.client).get(f"/api/v1/sessions/{session}").raise_for_status()
    runs = other.run_of(session)
    await livekit.room.delete_room(api.DeleteRoomRequest(room=session))
    await eventually(lambda: _is_there(livekit, session), 30, "the leader makes it again")
    assert other.run_of(session) == runs + 1, "one of them called an agent, and one alone"
    assert (leader.newest_term, other.newest_term) == (before, before + 1)


async def _is_there(livekit: api.LiveKitAPI, session: str) -> bool:
    found = await livekit.room.list_rooms(api.ListRoomsRequest(names=[session]))
    return bool(found.rooms)


@pytest.mark.parametrize("how", ["stopped", "silent"])
async def test_calls_go_on_without_the_database_and_all_recovers_by_itself(
    how: str, pair: Pair, livekit_server: LiveKitServer
) -> None:
    server = pair.postgresql
    go, come = {
        "stopped": (server.stop, server.start),
        "silent": (server.fall_silent, server.speak_again),
    }[how]
    await pair.one_leads()
    first, second = pair.replicas
    practitioner, patient = admitted(first)
    room = rtc.Room()
    await room.connect(livekit_server.url, patient.token())
    state = f"/api/v1/sessions/{patient.session}"
    with events(practitioner.client, patient.session) as seen:
        next(seen)
        go()
        clients = there, elsewhere = patient.client, at(second, practitioner.client)
        for client in clients:
            client.timeout = 60
        asked = (
            partial(there.get, state),
            patient.pause,
            partial(elsewhere.get, state),
            partial(elsewhere.post, "/api/v1/sessions", json={}),
            partial(there.post, "/api/v1/token", json={}),
        )
        for answer in await asyncio.gather(*(asyncio.to_thread(ask) for ask in asked)):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.json()["type"] == "/problems/no-database"
        assert there.get("/readyz").status_code == 503
        assert first.client().get("/livez").status_code == 200
        await asyncio.sleep(4)  # longer than the lease
        assert room.isconnected()
        come()
        for replica in pair.replicas:
            await eventually(
                lambda r=replica: r.client().get("/readyz").status_code == 200, 5, "ready again"
            )
        patient.pause().raise_for_status()
        assert next(one for one in seen if one["patient"]["analysis"] != "granted")
    await eventually(lambda: pair.leader.newest_term, TAKEN_OVER_WITHIN_S, "one leads again")
    assert room.isconnected()
    await room.disconnect()
    for replica in pair.replicas:
        assert "Traceback" not in replica.log
        assert replica.log.count("the database does not answer") <= 2, "once each time"
