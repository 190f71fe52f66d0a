"""What the pages must know of service and agent, as JSON Schema: their types are made of it.

Run as a module by the web app's `generate`; it prints one schema, with a definition for each body
of the service's API (from its OpenAPI description) and each set of names in the contract.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from fastapi.openapi.utils import get_openapi

from agent import contract
from token_service.app import api
from token_service.development_sign_in import DevelopmentSignIn

IN_OPENAPI, HERE = "#/components/schemas/", "#/definitions/"


def page_types() -> dict[str, Any]:
    described = get_openapi(title="", version="", routes=api(DevelopmentSignIn()).routes)
    bodies = described["components"]["schemas"]
    definitions = dict(_shared_names())
    definitions |= {name: _untitled(body) for name, body in bodies.items()}
    text = json.dumps({"title": "PageTypes", "definitions": definitions})
    schema: dict[str, Any] = json.loads(text.replace(IN_OPENAPI, HERE))
    return schema


def _shared_names() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in vars(contract).items():
        if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum:
            yield name, {"enum": [member.value for member in value]}
        elif isinstance(value, str | int) and name.isupper():
            yield name, {"const": value}


def _untitled(body: Any) -> Any:
    """A titled field would become a type of its own."""
    if isinstance(body, list):
        return [_untitled(part) for part in body]
    if not isinstance(body, dict):
        return body
    titled = isinstance(body.get("title"), str)
    return {key: _untitled(part) for key, part in body.items() if not (titled and key == "title")}


if __name__ == "__main__":
    json.dump(page_types(), sys.stdout)
