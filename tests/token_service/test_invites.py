from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from ipaddress import ip_network
from random import randrange
from typing import Any

import pytest
from service_fixtures import RunningService, make_settings
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from token_service.database import utc_now
from token_service.invites import CODE_TRIES
from token_service.models import Invite, Seat, Session
from token_service.secret_values import CODE_ALPHABET, ShortCode, digest
from token_service.service import FAILURES, failure_limit
from token_service.sessions import unstarted_too_long

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def fresh_tries(service: RunningService) -> None:
    service.running.code_failures = failure_limit()


def redeem(service: RunningService, **how: str) -> tuple[int, str]:
    answer = service.client().post("/api/v1/invites/redeem", json=how)
    return answer.status_code, answer.json().get("type", "").rpartition("/")[2]


def secret_of(invite: dict[str, Any]) -> str:
    return str(invite["link"]).partition("#")[2]


@pytest.fixture
def invite(service: RunningService) -> dict[str, Any]:
    practitioner = service.practitioner()
    return practitioner.invite(practitioner.create())


def test_the_secret_stands_in_the_fragment(service: RunningService, invite: dict[str, Any]) -> None:
    assert invite["link"].startswith(f"{service.url}/p#")
    assert len(invite["short_code"]) == 8
    assert set(invite["short_code"]) <= set(CODE_ALPHABET)


def test_an_invite_works_once(service: RunningService, invite: dict[str, Any]) -> None:
    assert redeem(service, secret=secret_of(invite))[0] == 201
    assert redeem(service, secret=secret_of(invite)) == (409, "invite-used")
    assert redeem(service, code=invite["short_code"]) == (409, "invite-used")


def test_the_code_is_forgiving_about_how_it_is_typed(
    service: RunningService, invite: dict[str, Any]
) -> None:
    code = invite["short_code"].lower()
    assert redeem(service, code=f" {code[:4]}-{code[4:]} ")[0] == 201


IN_A_SENTENCE = [".", ">", ")", ",", "?!", "»", "\u202f»", "…", "_", "*", '"', " "]


@pytest.mark.parametrize("glued", [*IN_A_SENTENCE, "%3E", "%E2%80%9D."])
def test_what_a_sentence_glues_to_a_link_is_left_out(
    service: RunningService, invite: dict[str, Any], glued: str
) -> None:
    for opened in (f"{secret_of(invite)}{glued}", f"<{secret_of(invite)}{glued}"):
        answer = service.client().post("/api/v1/invites/peek", json={"secret": opened})
        assert answer.status_code == 200
    assert redeem(service, secret=f"{secret_of(invite)}{glued}")[0] == 201


@pytest.mark.parametrize("glued", IN_A_SENTENCE)
def test_what_a_sentence_glues_to_a_code_costs_no_try(
    service: RunningService, invite: dict[str, Any], glued: str
) -> None:
    code = invite["short_code"]
    assert redeem(service, code=f"«{code[:4]} {code[4:]}{glued}")[0] == 201
    for number in range(FAILURES):  # all tries are still there
        assert redeem(service, code=f"2222{number:04}")[0] == 404


def test_unknown_invites(service: RunningService) -> None:
    assert redeem(service, secret="x" * 43) == (404, "unknown-invite")
    assert redeem(service, code="ABCDEFGH") == (404, "unknown-invite")


def test_a_new_invite_revokes_the_older_one(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    older, newer = practitioner.invite(session), practitioner.invite(session)
    assert redeem(service, secret=secret_of(older)) == (410, "invite-expired")
    assert redeem(service, secret=secret_of(newer))[0] == 201


def test_the_code_expires_before_the_link(service: RunningService, invite: dict[str, Any]) -> None:
    async def age(db: AsyncSession) -> None:
        row = await db.scalar(
            select(Invite).where(Invite.secret_digest == digest(secret_of(invite)))
        )
        assert row.code_expires_at - row.created_at <= timedelta(minutes=15, seconds=1)
        row.code_expires_at = utc_now() - timedelta(seconds=1)

    service.in_database(age)
    assert redeem(service, code=invite["short_code"]) == (410, "invite-expired")
    assert redeem(service, secret=secret_of(invite))[0] == 201


def test_an_invite_expires(service: RunningService, invite: dict[str, Any]) -> None:
    async def age(db: AsyncSession) -> None:
        row = await db.scalar(
            select(Invite).where(Invite.secret_digest == digest(secret_of(invite)))
        )
        row.expires_at = utc_now() - timedelta(seconds=1)

    service.in_database(age)
    assert redeem(service, secret=secret_of(invite)) == (410, "invite-expired")


def test_an_invite_ends_with_its_session(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    invite = practitioner.invite(session)
    practitioner.end(session)
    assert redeem(service, secret=secret_of(invite)) == (410, "invite-expired")


def test_wrong_codes_that_begin_right_use_up_the_code(
    service: RunningService, invite: dict[str, Any]
) -> None:
    code = invite["short_code"]
    wrong = code[:4] + ("2222" if code[4:] != "2222" else "3333")
    for _ in range(CODE_TRIES):
        assert redeem(service, code=wrong) == (404, "unknown-invite")
    assert redeem(service, code=code) == (404, "unknown-invite")
    assert redeem(service, secret=secret_of(invite))[0] == 201


def test_using_an_invitation_is_no_failure(service: RunningService) -> None:
    practitioner = service.practitioner()
    for _ in range(FAILURES + 1):
        service.patient(practitioner.invite(practitioner.create()))


def test_an_address_has_so_many_tries(service: RunningService, invite: dict[str, Any]) -> None:
    for number in range(FAILURES):
        assert redeem(service, code=f"2222{number:04}")[0] == 404
    answer = service.client().post(
        "/api/v1/invites/redeem",
        json={"code": invite["short_code"]},
        headers={"X-Forwarded-For": "192.0.2.1"},
    )
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


@pytest.fixture
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Behind a proxy of this machine that is trusted, and tells whom it heard."""
    settings = make_settings(tmp_path_factory.mktemp("proxied"), "ws://127.0.0.1:1")
    trusted = {"trusted_proxies": (ip_network("127.0.0.1"),)}
    with RunningService(settings.model_copy(update=trusted)) as running:
        yield running


def code_from(service: RunningService, address: str, code: str) -> int:
    """Through a proxy that adds whom it heard to what the client made up."""
    answer = service.client().post(
        "/api/v1/invites/redeem",
        json={"code": code},
        headers={"X-Forwarded-For": f"203.0.113.{randrange(256)}, {address}"},
    )
    return answer.status_code


def test_behind_a_trusted_proxy_each_client_has_tries_of_its_own(
    proxied: RunningService,
) -> None:
    practitioner = proxied.practitioner()
    code = practitioner.invite(practitioner.create())["short_code"]
    for number in range(FAILURES):
        assert code_from(proxied, "192.0.2.1", f"2222{number:04}") == 404
    assert code_from(proxied, "192.0.2.1", code) == 429
    assert code_from(proxied, "192.0.2.2", code) == 201


def test_who_is_no_trusted_proxy_cannot_choose_whose_tries_they_are(
    service: RunningService, invite: dict[str, Any]
) -> None:
    for number in range(FAILURES):
        assert code_from(service, f"192.0.2.{number}", f"2222{number:04}") == 404
    assert code_from(service, "192.0.2.99", invite["short_code"]) == 429
    assert redeem(service, secret=secret_of(invite))[0] == 201


def test_a_link_cannot_be_guessed_and_so_is_never_refused_for_the_tries_of_others(
    service: RunningService, invite: dict[str, Any]
) -> None:
    for _ in range(2 * FAILURES):
        assert redeem(service, secret="x" * 43) == (404, "unknown-invite")
    for number in range(FAILURES):
        redeem(service, code=f"2222{number:04}")
    assert redeem(service, secret=secret_of(invite))[0] == 201


def test_tries_at_the_same_time_count_too(service: RunningService) -> None:
    with ThreadPoolExecutor(4 * FAILURES) as pool:
        tries = [
            pool.submit(redeem, service, code=f"2222{number:04}") for number in range(4 * FAILURES)
        ]
    answered = Counter(a_try.result()[0] for a_try in tries)
    assert answered == {404: FAILURES, 429: 3 * FAILURES}


def test_another_device_takes_the_seat_and_starts_at_the_door(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    first = service.patient(practitioner.invite(session))
    first.consent()
    first.knock()
    admitted = practitioner.admit(session)
    second = service.patient(practitioner.invite(session))
    seen = practitioner.show(session)
    assert first.show().status_code == 401
    assert second.show().status_code == 200
    assert seen["patient"]["state"] == "invited"
    assert seen["patient"]["analysis"] == "none"
    assert seen["patient"]["identity"] != admitted["patient"]["identity"]


def test_nothing_that_opens_a_door_is_stored(
    service: RunningService, invite: dict[str, Any]
) -> None:
    seated = (
        service.client().post("/api/v1/invites/redeem", json={"secret": secret_of(invite)}).json()
    )

    async def everything(db: AsyncSession) -> str:
        rows = [*await db.scalars(select(Invite)), *await db.scalars(select(Seat))]
        return repr([vars(row) for row in rows])

    stored = service.in_database(everything)
    for secret in (secret_of(invite), invite["short_code"], seated["credential"]):
        assert secret not in stored


def test_short_codes_are_digested_slowly_and_with_salt() -> None:
    code = ShortCode("ABCDEFGH")
    assert code.digest("one") != code.digest("another")
    assert ShortCode.typed("abcd efgh") == code


@pytest.mark.parametrize("after", [".", ",", " ", ").", "…", "!\n"])
def test_punctuation_that_sticks_to_a_link_or_code_is_not_part_of_it(
    service: RunningService, after: str
) -> None:
    practitioner = service.practitioner()
    invite = practitioner.invite(practitioner.create())
    assert redeem(service, code=invite["short_code"][:4] + "2222" + after)[0] == 404
    assert redeem(service, secret=secret_of(invite) + after)[0] == 201
    other = practitioner.invite(practitioner.create())
    assert redeem(service, code=other["short_code"] + after)[0] == 201


def test_opening_an_invitation_uses_nothing_up(
    service: RunningService, invite: dict[str, Any]
) -> None:
    secret = secret_of(invite)
    for _ in range(3):  # a mail application's own browser, a preview, then another browser
        seen = service.client().post("/api/v1/invites/peek", json={"secret": f"{secret}."})
        assert seen.status_code == 200
        assert seen.json() == {"expires_at": invite["expires_at"], "opens_at": None}
    assert redeem(service, secret=secret)[0] == 201
    seen = service.client().post("/api/v1/invites/peek", json={"secret": secret})
    assert (seen.status_code, seen.json()["type"]) == (409, "/problems/invite-used")


def test_a_peek_finds_no_invitation_that_is_unknown_revoked_or_over(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    revoked, newer = practitioner.invite(session), practitioner.invite(session)

    def peek(secret: str) -> int:
        return service.client().post("/api/v1/invites/peek", json={"secret": secret}).status_code

    assert peek("x" * 43) == 404
    assert peek(secret_of(revoked)) == 410
    assert peek(secret_of(newer)) == 200
    practitioner.end(session)
    assert peek(secret_of(newer)) == 410


def test_an_invitation_lives_until_its_appointments_day_is_over(service: RunningService) -> None:
    practitioner = service.practitioner()
    at = utc_now() + timedelta(days=20)
    made = practitioner.client.post("/api/v1/sessions", json={"appointment_at": at.isoformat()})
    until = practitioner.invite(made.json()["id"])["expires_at"]
    assert datetime.fromisoformat(until) == at + timedelta(hours=24)


def test_a_practitioner_says_how_long_an_invitation_lives(service: RunningService) -> None:
    practitioner = service.practitioner()
    path = f"/api/v1/sessions/{practitioner.create()}/invites"

    def invite_until(until: datetime) -> Any:
        return practitioner.client.post(path, json={"expires_at": until.isoformat()})

    wanted = utc_now() + timedelta(days=30)
    assert datetime.fromisoformat(invite_until(wanted).json()["expires_at"]) == wanted
    for wrong in (timedelta(days=93), timedelta(minutes=1), timedelta(days=-1)):
        refused = invite_until(utc_now() + wrong)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/wrong-expiry")


def test_a_session_waits_for_its_appointment_and_for_its_open_invitation(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    forgotten, invited, planned = (practitioner.create() for _ in range(3))
    later = (utc_now() + timedelta(days=20)).isoformat()
    path = f"/api/v1/sessions/{invited}/invites"
    practitioner.client.post(path, json={"expires_at": later}).raise_for_status()
    path = f"/api/v1/sessions/{planned}"
    practitioner.client.patch(path, json={"appointment_at": later}).raise_for_status()

    async def unstarted_after_eight_days(db: AsyncSession) -> set[str]:
        made = update(Session).where(Session.id.in_([forgotten, invited, planned]))
        await db.execute(made.values(created_at=utc_now() - timedelta(days=8)))
        return {session.id for session in await unstarted_too_long(db)}

    assert service.in_database(unstarted_after_eight_days) & {forgotten, invited, planned} == {
        forgotten
    }


def peek(service: RunningService, invite: dict[str, Any]) -> Any:
    return service.client().post("/api/v1/invites/peek", json={"secret": secret_of(invite)})


def test_an_invitation_opens_at_its_appointment_wherever_that_is_moved(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    at = utc_now().replace(microsecond=0) + timedelta(days=2)
    made = practitioner.client.post("/api/v1/sessions", json={"appointment_at": at.isoformat()})
    session = made.json()["id"]
    invite = practitioner.invite(session)

    def move_to(at: datetime | None) -> None:
        wanted = {"appointment_at": at and at.isoformat()}
        path = f"/api/v1/sessions/{session}"
        practitioner.client.patch(path, json=wanted).raise_for_status()

    def opens_at() -> datetime | None:
        told = peek(service, invite).json()["opens_at"]
        return told and datetime.fromisoformat(told)

    assert opens_at() == at
    assert redeem(service, secret=secret_of(invite)) == (409, "invite-not-open")
    assert redeem(service, code=invite["short_code"]) == (409, "invite-not-open")
    move_to(at + timedelta(days=30))
    assert opens_at() == at + timedelta(days=30), "the link that the family has goes on working"
    move_to(utc_now())
    assert opens_at() is None
    move_to(at)
    assert opens_at() == at
    move_to(None)
    assert redeem(service, secret=secret_of(invite))[0] == 201


def test_whoever_sits_there_already_is_not_locked_out_by_a_new_time(
    service: RunningService,
) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    family = service.patient(practitioner.invite(session))
    family.knock()
    later = (utc_now() + timedelta(days=1)).isoformat()
    path = f"/api/v1/sessions/{session}"
    practitioner.client.patch(path, json={"appointment_at": later}).raise_for_status()
    assert family.show().status_code == 200
    second = practitioner.invite(session)
    assert peek(service, second).json()["opens_at"] is None
    assert redeem(service, secret=secret_of(second))[0] == 201


def test_a_familys_link_says_that_the_appointment_was_cancelled(service: RunningService) -> None:
    practitioner = service.practitioner()
    session = practitioner.create()
    older = practitioner.invite(session)
    family = service.patient(practitioner.invite(session))
    practitioner.client.post(f"/api/v1/sessions/{session}/cancel", json={}).raise_for_status()
    assert redeem(service, secret=secret_of(older)) == (410, "session-cancelled")
    assert redeem(service, code=older["short_code"]) == (410, "session-cancelled")
    assert peek(service, older).json()["type"] == "/problems/session-cancelled"
    assert family.show().json()["type"] == "/problems/session-cancelled"
