"""Patients, as codes and nothing else: each session is a visit of one, or of nobody yet.

A code is its unit's, whoever of the unit made it, and its practitioner's where there is no unit.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from agent.http.problems import Conflict, NotFound
from token_service import pseudonyms
from token_service.accounts import units_of
from token_service.database import Transaction
from token_service.models import PatientCode, Session
from token_service.pseudonyms import CodeRule

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class KnownPatient:
    code: PatientCode
    visits: int
    last_visit: int | None  # the highest number that a visit was given


@dataclass(frozen=True, slots=True)
class Codes:
    """Those that somebody may use in one of their sessions."""

    holders: tuple[str, ...]  # new ones are the first's
    rule: CodeRule


async def codes_of(
    db: Transaction, account: str, unit_id: str | None, of_the_clinic: CodeRule
) -> Codes:
    """In a session of this unit, or of none."""
    units = {unit.id: unit for unit in await units_of(db, account)}
    if unit_id is None:
        return Codes((account, *units), of_the_clinic)
    if unit_id not in units:  # they were of it once
        return Codes((account,), of_the_clinic)
    pattern = units[unit_id].patient_code_pattern
    rule = CodeRule.parsed(pattern) if pattern else of_the_clinic
    return Codes((unit_id, account), rule)


async def create(db: Transaction, codes: Codes, typed: str | None) -> PatientCode:
    text = pseudonyms.read(typed, codes.rule) if typed is not None else await _unused(db, codes)
    if await known(db, codes, text) is not None:
        raise Conflict("code-in-use", "There is a patient with this code already.")
    patient = PatientCode(holder=codes.holders[0], text=text)
    db.add(patient)
    try:
        await db.flush()
    except IntegrityError:  # another request was quicker
        raise Conflict("code-in-use", "There is a patient with this code already.") from None
    return patient


async def known(db: Transaction, codes: Codes, text: str) -> PatientCode | None:
    alike = select(PatientCode).where(
        PatientCode.holder.in_(codes.holders), PatientCode.text == text
    )
    found = {code.holder: code for code in await db.scalars(alike)}
    return next((found[holder] for holder in codes.holders if holder in found), None)


async def find(db: Transaction, codes: Codes, typed: str) -> PatientCode:
    """Codes of others do not exist here. One that is known may be older than the rule."""
    patient = await known(db, codes, pseudonyms.written(typed))
    if patient is None:
        patient = await known(db, codes, pseudonyms.read(typed, codes.rule))
    if patient is None:
        raise NotFound("unknown-patient", "There is no patient with this code.")
    return patient


async def beginning_with(db: Transaction, codes: Codes, typed: str) -> list[KnownPatient]:
    """The codes that begin so, those that were made last first."""
    visits, last_visit = func.count(Session.id), func.max(Session.visit_number)
    found = await db.execute(
        select(PatientCode, visits, last_visit)
        .outerjoin(Session, Session.patient_code_id == PatientCode.id)
        .where(PatientCode.holder.in_(codes.holders), begins_with(typed))
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


async def _unused(db: Transaction, codes: Codes) -> str:
    while True:
        drawn = pseudonyms.draw()
        if await known(db, codes, drawn) is None:
            return drawn
