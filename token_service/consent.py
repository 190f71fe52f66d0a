"""What the family has agreed to, and what therefore holds now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from token_service import audit
from token_service.audit import By
from token_service.consent_texts import ConsentText, all_texts
from token_service.database import Transaction, utc_now
from token_service.models import Consent, Purpose, Seat

Analysis = Literal["none", "granted", "paused"]
Answer = Literal["unanswered", "refused", "agreed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Answers:
    live_analysis: bool
    keeping: bool
    research_use: bool
    given_by: str
    child_assent: bool | None

    @property
    def keeps(self) -> bool:
        return self.live_analysis and self.keeping

    def to(self, purpose: Purpose) -> bool:
        match purpose:
            case Purpose.LIVE_ANALYSIS:
                return self.live_analysis
            case Purpose.KEEPING:
                return self.keeping
            case Purpose.RESEARCH_USE:
                return self.research_use


def analysis_of(seat: Seat) -> Analysis:
    if answer_of(seat, Purpose.LIVE_ANALYSIS) != "agreed":
        return "none"
    return "paused" if seat.paused else "granted"


def keeping_of(seat: Seat) -> bool:
    return _agreed_to(seat, Purpose.LIVE_ANALYSIS, Purpose.KEEPING)


def research_use_of(seat: Seat) -> bool:
    return _agreed_to(seat, *Purpose)


def _agreed_to(seat: Seat, *purposes: Purpose) -> bool:
    return all(answer_of(seat, purpose) == "agreed" for purpose in purposes)


def answer_of(seat: Seat, purpose: Purpose) -> Answer:
    """Whoever never agreed has withdrawn nothing. A new device has not answered yet."""
    newest = newest_answer(seat, purpose)
    if newest is None:
        return "unanswered"
    if newest.granted:
        return "agreed"
    return "withdrawn" if newest.withdraws else "refused"


def newest_answer(seat: Seat, purpose: Purpose) -> Consent | None:
    return next((answer for answer in seat.answers if answer.purpose is purpose), None)


async def record_answers(
    db: Transaction, seat: Seat, answers: Answers, text: ConsentText
) -> list[Purpose]:
    """Returns the purposes whose answer is another one than before; only those are written.

    What a text does not ask is not answered.
    """
    asked = [purpose.id for purpose in text.purposes]
    changed = [purpose for purpose in asked if not _says_so_already(seat, purpose, answers, text)]
    for purpose in changed:
        _record(db, seat, purpose, answers, text, by=seat)
    if changed:
        await db.flush()
        await db.refresh(seat, ["answers"])
    return changed


def withdraw(db: Transaction, seat: Seat, purpose: Purpose, by: By) -> None:
    """In the words that were agreed to."""
    agreed = newest_answer(seat, purpose)
    if agreed is not None and agreed.granted:
        refusal = Answers(False, False, False, given_by=agreed.given_by, child_assent=None)
        text = all_texts()[agreed.text_version, agreed.language]
        _record(db, seat, purpose, refusal, text, by)


def forget_answers(seat: Seat, now: datetime) -> None:
    """They were another device's. What was agreed to and when stays on record."""
    for answer in seat.answers:
        answer.superseded = True
        _withdraw(answer, now)


def _says_so_already(seat: Seat, purpose: Purpose, answers: Answers, text: ConsentText) -> bool:
    """Answers are sent together: one that is not changed is not a new consent, and where the
    child was not asked again, its earlier assent stands."""
    before = answer_of(seat, purpose)
    if not answers.to(purpose):
        return before in ("refused", "withdrawn")
    newest = newest_answer(seat, purpose)
    return (
        newest is not None
        and before == "agreed"
        and newest.text_version == text.version
        and answers.child_assent in (None, newest.child_assent)
    )


def _record(
    db: Transaction, seat: Seat, purpose: Purpose, answers: Answers, text: ConsentText, by: By
) -> None:
    granted, now = answers.to(purpose), utc_now()
    withdraws = not granted and answer_of(seat, purpose) == "agreed"
    if (before := newest_answer(seat, purpose)) is not None:
        before.superseded = True
        if withdraws:
            _withdraw(before, now)
    db.add(
        Consent(
            seat_id=seat.id,
            purpose=purpose,
            granted=granted,
            text_version=text.version,
            text_sha256=text.sha256,
            language=text.language,
            given_by=answers.given_by,
            child_assent=answers.child_assent,
            given_at=now,
            withdraws=withdraws,
        )
    )
    audit.record(db, by, f"{purpose}.{_word(granted, withdraws)}")


def _word(granted: bool, withdraws: bool) -> str:
    if granted:
        return "granted"
    return "withdrawn" if withdraws else "refused"


def _withdraw(answer: Consent, now: datetime) -> None:
    if answer.granted and answer.withdrawn_at is None:
        answer.withdrawn_at = now
