"""Bodies that several routes share. Unknown fields are refused everywhere."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from token_service.secret_values import secret_in

LinkSecret = Annotated[
    str, StringConstraints(min_length=1, max_length=128), AfterValidator(secret_in)
]
UnitId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


def one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line of printable characters")
    return text


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """`{}`"""
