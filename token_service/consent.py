"""What the family has agreed to, and what therefore holds now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from token_service import audit
from token_service.consent_texts import ConsentText
from token_service.database import Transaction, utc_now
from token_service.models import Consent, Purpose, Seat

Analysis = Literal["none", "granted", "paused"]


@dataclass(frozen=True, slots=True)
class Answers:
    live_analysis: bool
    keeping: bool
    given_by: str
    child_assent: bool | None

    def to(self, purpose: Purpose) -> bool:
        return self.live_analysis if purpose is Purpose.LIVE_ANALYSIS else self.keeping


def analysis_of(seat: Seat) -> Analysis:
    if not _granted(seat, Purpose.LIVE_ANALYSIS):
        return "none"
    return "paused" if seat.paused else "granted"


def keeping_of(seat: Seat) -> bool:
    return _granted(seat, Purpose.LIVE_ANALYSIS) and _granted(seat, Purpose.KEEPING)


def record_answers(db: Transaction, seat: Seat, answers: Answers, text: ConsentText) -> None:
    for purpose in Purpose:
        granted = answers.to(purpose)
        if not granted:
            _withdraw(_newest(seat, purpose), utc_now())
        seat.consents.append(
            Consent(
                purpose=purpose,
                granted=granted,
                text_version=text.version,
                text_sha256=text.sha256,
                language=text.language,
                given_by=answers.given_by,
                child_assent=answers.child_assent,
                given_at=utc_now(),
            )
        )
        audit.record(db, seat, f"{purpose}.{'granted' if granted else 'refused'}")


def withdraw_all(seat: Seat, now: datetime) -> None:
    for purpose in Purpose:
        _withdraw(_newest(seat, purpose), now)


def _withdraw(consent: Consent | None, now: datetime) -> None:
    if consent is not None and consent.granted and consent.withdrawn_at is None:
        consent.withdrawn_at = now


def _granted(seat: Seat, purpose: Purpose) -> bool:
    newest = _newest(seat, purpose)
    return newest is not None and newest.granted and newest.withdrawn_at is None


def _newest(seat: Seat, purpose: Purpose) -> Consent | None:
    answers = [consent for consent in seat.consents if consent.purpose is purpose]
    return answers[-1] if answers else None
