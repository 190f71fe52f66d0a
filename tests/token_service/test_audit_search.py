import pytest
from database_fixtures import Place
from service_fixtures import RunningService, admitted

from agent.contract import AccountRole
from token_service import audit
from token_service.audit_search import AuditSearch, Kind, newest_first
from token_service.database import Transaction, utc_now

pytestmark = [pytest.mark.unit, pytest.mark.both_databases]


KINDS = {
    "signed_in": Kind.SIGN_IN,
    "signed_out_by_provider": Kind.SIGN_IN,
    "role_lost": Kind.SIGN_IN,
    "sign_in_refused": Kind.REFUSED,
    "refused": Kind.REFUSED,
    "read": Kind.LOOK,
    "exported_csv": Kind.LOOK,
    "live_analysis.granted": Kind.AGREEMENT,
    "keeping.refused": Kind.AGREEMENT,
    "measurements_erased": Kind.AGREEMENT,
    "created": Kind.SESSION,
    "label_changed": Kind.SESSION,
    f"colleague_{'c' * 32}_admitted": Kind.SESSION,
    f"label_of_{'a' * 32}_changed": Kind.ADMINISTRATION,
    f"{'a' * 32}_signed_out": Kind.ADMINISTRATION,
    f"unit_{'b' * 32}_renamed": Kind.ADMINISTRATION,
    f"code_pattern_of_unit_{'b' * 32}_changed": Kind.ADMINISTRATION,
    "patient_code_changed": Kind.SESSION,
    "audit_exported_csv": Kind.AUDIT,
}


async def test_each_entry_is_of_one_kind(place: Place) -> None:
    async with place.open() as database:
        async with database.begin() as db:
            for action in KINDS:
                audit.record_by(db, audit.OPERATOR, action)
        async with database.read() as db:
            found = {kind: await _actions(db, AuditSearch(kind=kind)) for kind in Kind}
    assert found == {
        kind: [action for action in reversed(KINDS) if KINDS[action] is kind] for kind in Kind
    }


async def test_all_that_is_looked_for_holds_at_once(place: Place) -> None:
    mine, theirs = "3f9a12bc" + "0" * 24, "3f9a12bd" + "0" * 24
    async with place.open() as database:
        async with database.begin() as db:
            audit.record_by(db, audit.OPERATOR, "read", "5" * 32, account=mine)
            audit.record_by(db, audit.OPERATOR, "read", "6" * 32, account=mine)
            audit.record_by(db, audit.OPERATOR, "replayed", "5" * 32, account=theirs)
            audit.record_by(db, audit.OPERATOR, f"roles_of_{mine}_changed", account=theirs)
        now = utc_now()
        async with database.read() as db:
            by_person = await _actions(db, AuditSearch(account=mine[:8]))
            both = await _actions(db, AuditSearch(account=mine[:8], session="5555"))
            later = await _actions(db, AuditSearch(since=now))
            earlier = await _actions(db, AuditSearch(until=now, session="5" * 32))
    assert by_person == [f"roles_of_{mine}_changed", "read", "read"]
    assert (both, later, earlier) == (["read"], [], ["replayed", "read"])


async def _actions(db: Transaction, search: AuditSearch) -> list[str]:
    return [entry.action for entry in await newest_first(db, search, None, 100)]


def test_an_auditor_looks_for_entries(service: RunningService) -> None:
    _, patient = admitted(service)
    auditor = service.somebody(AccountRole.AUDITOR).client

    def found(**asked: str) -> list[dict[str, str]]:
        page = auditor.get("/api/v1/audit", params=asked).raise_for_status().json()
        return list(page["entries"])

    code = auditor.get("/api/v1/me").json()["code"]
    assert {entry["account"][:4] for entry in found(account=code)} == {code[:4]}
    of_session = found(session=patient.session[:6])
    assert {entry["session_id"] for entry in of_session} == {patient.session}
    agreed = found(session=patient.session, kind="agreement")
    assert [entry["action"] for entry in agreed] == ["keeping.granted", "live_analysis.granted"]
    assert found(since=utc_now().isoformat(), kind="agreement") == []
    for wrong in ({"since": "2026-11-29T10:00"}, {"kind": "x"}, {"account": "3f"}):
        assert auditor.get("/api/v1/audit", params=wrong).status_code == 422


def test_an_auditor_verifies_against_what_was_written_down(service: RunningService) -> None:
    auditor = service.somebody(AccountRole.AUDITOR).client

    def verdict(**known: str) -> dict[str, object]:
        path = "/api/v1/audit/verification"
        return dict(auditor.get(path, params=known).raise_for_status().json())

    end = str(verdict()["end"])
    assert verdict(known=end)["broken"] is None
    other = end.partition(":")[0]
    told = verdict(known=f"{other}:{'0' * 64}")["broken"]
    assert told == {"fault": "not_known", "entry_id": int(other)}
