"""Bodies that several routes share. Unknown fields are refused everywhere."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from token_service.secret_values import secret_in

LinkSecret = Annotated[
    str, StringConstraints(min_length=1, max_length=128), AfterValidator(secret_in)
]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """`{}`"""
