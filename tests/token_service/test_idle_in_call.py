"""In a real call a login lies still for as long as it likes, and after it as long as any."""

from datetime import timedelta

import pytest
from livekit_fixtures import LiveKitServer
from participants import Joined, eventually
from service_fixtures import Practitioner, RunningService, admitted
from sqlalchemy import select

from agent.dev_stack.seat import RoomAccess
from token_service.database import Transaction, utc_now
from token_service.models import Login
from token_service.secret_values import digest

pytestmark = pytest.mark.livekit


def was_still_for_long(service: RunningService, practitioner: Practitioner) -> None:
    cookie = practitioner.client.headers["Cookie"].partition("=")[2]

    async def age(db: Transaction) -> None:
        login = await db.scalar(select(Login).where(Login.cookie_digest == digest(cookie)))
        assert login is not None
        login.idle_limit_s = 1800
        login.idle_at = utc_now() - timedelta(hours=1)

    service.in_database(age)


def lasts(practitioner: Practitioner) -> dict[str, int | None]:
    answer = practitioner.client.get("/api/v1/me/login").raise_for_status()
    told: dict[str, int | None] = answer.json()
    return told


async def test_a_call_keeps_the_login_and_leaving_gives_the_usual_time(
    live_service: RunningService, livekit_server: LiveKitServer
) -> None:
    practitioner, patient = admitted(live_service)
    there = Joined()
    await there.join(RoomAccess(livekit_server.url, practitioner.token(patient.session)))
    await eventually(lambda: lasts(practitioner)["ends_in_s"] is None, 20, "seen in the call")
    was_still_for_long(live_service, practitioner)
    assert lasts(practitioner) == {"idle_in_s": None, "ends_in_s": None}
    await there.leave()
    await eventually(lambda: lasts(practitioner)["idle_in_s"] is not None, 20, "seen to leave")
    idle_in_s = lasts(practitioner)["idle_in_s"]
    assert idle_in_s is not None and idle_in_s > 29 * 60
