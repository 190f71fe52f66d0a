"""What the family's page found of its picture before the call: words and numbers, no picture."""

from typing import Annotated, Literal

from pydantic import Field

from token_service.requests import Body

Pixels = Annotated[int, Field(ge=1, le=8192)]


class PictureTest(Body):
    """The face's size is not among them: nothing looks for a face before the call."""

    light: Literal["good", "dark", "bright", "backlit"]
    sharpness: Literal["good", "blurred"]
    stillness: Literal["good", "moving"]
    frame_hz: Annotated[int, Field(ge=0, le=240)]
    width_px: Pixels
    height_px: Pixels
