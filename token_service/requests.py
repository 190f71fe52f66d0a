"""Bodies that several routes share. Unknown fields are refused everywhere."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """`{}`"""
