"""Patients as codes: made, and found again by how they begin."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, StringConstraints

from token_service import audit, callers, patients
from token_service.accounts import unit_of
from token_service.database import Transaction
from token_service.models import PatientCode, Role
from token_service.patients import Codes
from token_service.pseudonyms import LONGEST_TYPED
from token_service.requests import Body, UnitId
from token_service.service import Running, Service

router = APIRouter(prefix="/patients", tags=["patients"])

Beginning = Annotated[str, Query(max_length=LONGEST_TYPED)]


class NewPatient(Body):
    code: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TYPED)] | None = None
    unit_id: UnitId | None = None  # of the practitioner's, as a session's


class PatientCodeView(BaseModel):
    code: str
    created_at: datetime
    visits: int
    next_visit: int  # what number its next visit would have


class PatientCodes(BaseModel):
    patients: list[PatientCodeView]


@router.post("", status_code=201)
async def create(wanted: NewPatient, request: Request, service: Running) -> PatientCodeView:
    """With a code that is drawn, or the one that was typed. Names, dates, addresses are refused."""
    async with service.database.begin() as db:
        login = await callers.signed_in(db, request)
        codes = await _codes(db, login.account, wanted.unit_id, service)
        made = await patients.create(db, codes, wanted.code)
        audit.record_by(db, Role.PRACTITIONER, "patient_code_made", account=login.account)
    return _view(made)


@router.get("")
async def find(
    request: Request,
    service: Running,
    beginning: Beginning = "",
    unit: Annotated[str | None, Query(max_length=32)] = None,
) -> PatientCodes:
    """The codes that begin so, those that were made last first; eight at most."""
    async with service.database.read() as db:
        login = await callers.signed_in(db, request)
        codes = await _codes(db, login.account, unit, service)
        found = await patients.beginning_with(db, codes, beginning)
    return PatientCodes(
        patients=[_view(known.code, known.visits, known.last_visit) for known in found]
    )


async def _codes(db: Transaction, account: str, unit: str | None, service: Service) -> Codes:
    unit_id = await unit_of(db, account, unit)
    return await patients.codes_of(db, account, unit_id, service.settings.patient_codes)


def _view(code: PatientCode, visits: int = 0, last_visit: int | None = None) -> PatientCodeView:
    return PatientCodeView(
        code=code.text,
        created_at=code.created_at,
        visits=visits,
        next_visit=max(visits, last_visit or 0) + 1,
    )
