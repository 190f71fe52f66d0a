"""What a practitioner tells a family that waits: that they are late, or a line of their own."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, StringConstraints, model_validator

from agent.contract import LONGEST_WAITING_WORD
from token_service.requests import Body, one_line

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WAITING_WORD),
    AfterValidator(one_line),
]


class WaitingWord(Body):
    """Neither: what was said is taken back. The page says minutes in the family's language."""

    late_min: Literal[5, 10, 15, 30] | None = None
    text: Line | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.late_min is not None and self.text is not None:
            raise ValueError("minutes or a text")
        return self


class WaitingWordView(BaseModel):
    late_min: int | None
    text: str | None
    said_at: AwareDatetime
