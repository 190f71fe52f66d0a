"""A connection to PostgreSQL on which nobody waits for ever: a server may be there, and silent."""

import time
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

SILENCE_S = 12.0  # longer than the server itself lets anybody wait for a lock


class ImpatientConnection(psycopg.AsyncConnection[Any]):
    async def wait(self, gen: PQGen[RV], *args: Any, **options: Any) -> RV:
        return await super().wait(self._not_in_silence(gen), *args, **options)

    def _not_in_silence(self, gen: PQGen[RV]) -> PQGen[RV]:
        """psycopg says ten times a second that nothing has come."""
        heard_s = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard_s = time.monotonic()
                elif time.monotonic() - heard_s > SILENCE_S:
                    gen.close()
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server is silent")
                wanted = gen.send(ready)
        except StopIteration as end:
            result: RV = end.value
            return result
