"""Patients, as codes and nothing else: each session is a visit of one, or of nobody yet."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from agent.http.problems import Conflict, NotFound
from token_service import pseudonyms
from token_service.database import Transaction
from token_service.models import PatientCode, Session
from token_service.pseudonyms import CodeRule

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class KnownPatient:
    code: PatientCode
    visits: int
    last_visit: int | None  # the highest number that a visit was given


async def create(db: Transaction, account: str, typed: str | None, rule: CodeRule) -> PatientCode:
    text = pseudonyms.read(typed, rule) if typed is not None else await _unused(db, account)
    if await known(db, account, text) is not None:
        raise Conflict("code-in-use", "There is a patient with this code already.")
    patient = PatientCode(account=account, text=text)
    db.add(patient)
    try:
        await db.flush()
    except IntegrityError:  # another request was quicker
        raise Conflict("code-in-use", "There is a patient with this code already.") from None
    return patient


async def known(db: Transaction, account: str, text: str) -> PatientCode | None:
    mine = select(PatientCode).where(PatientCode.account == account, PatientCode.text == text)
    return await db.scalar(mine)


async def find(db: Transaction, account: str, typed: str, rule: CodeRule) -> PatientCode:
    """Codes of others do not exist for this account."""
    patient = await known(db, account, pseudonyms.read(typed, rule))
    if patient is None:
        raise NotFound("unknown-patient", "There is no patient with this code.")
    return patient


async def beginning_with(db: Transaction, account: str, typed: str) -> list[KnownPatient]:
    """The codes that begin so, those that were made last first."""
    visits, last_visit = func.count(Session.id), func.max(Session.visit_number)
    found = await db.execute(
        select(PatientCode, visits, last_visit)
        .outerjoin(Session, Session.patient_code_id == PatientCode.id)
        .where(PatientCode.account == account, begins_with(typed))
        .group_by(PatientCode.id)
        .order_by(PatientCode.created_at.desc(), PatientCode.id)
        .limit(SUGGESTED)
    )
    return [KnownPatient(*row) for row in found]


def begins_with(typed: str) -> ColumnElement[bool]:
    """Whatever hyphens were typed."""
    letters = func.replace(PatientCode.text, "-", "")
    return letters.startswith(pseudonyms.compact(typed), autoescape=True)


async def forget_unvisited(db: Transaction, code_id: str | None) -> None:
    """A code whose last session is gone says nothing of anybody any more."""
    if code_id is None:
        return
    visit = select(Session.id).where(Session.patient_code_id == code_id).limit(1)
    if await db.scalar(visit) is None and (code := await db.get(PatientCode, code_id)):
        await db.delete(code)


async def _unused(db: Transaction, account: str) -> str:
    while True:
        drawn = pseudonyms.draw()
        if await known(db, account, drawn) is None:
            return drawn
