"""Changes are counted for each caller, and refused before they reach the queue of writers."""

from fastapi import Depends, Request

from token_service.callers import authorised
from token_service.service import Running


async def _count(request: Request, service: Running) -> None:
    """As `callers.authorise` has found them."""
    service.changes.take(authorised(request).key)


COUNTED = [Depends(_count)]
