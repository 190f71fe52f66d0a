"""What the services that share a PostgreSQL tell each other, and at once, by its notifications.

Each message is heard here and by all others. Nothing depends on one that is lost: whoever could not
listen for a while reads everything again.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.http.problems import log_unexpected
from token_service.database import Database
from token_service.engines import POSTGRESQL_TIMES
from token_service.impatient import ImpatientConnection
from token_service.secret_values import new_id

CHANNEL = "epedicare"
NOTIFY = text(
    "SELECT pg_notify(:channel, payload) FROM unnest(CAST(:payloads AS text[])) AS payload"
)
WAITING = 10_000  # messages, while the database does not answer
SILENCE_S = 5.0  # after which it is asked whether it is still there
AGAIN_S = 0.5

Hear = Callable[..., None]

log = logging.getLogger(__name__)


class Replicas:
    """Of a service that is alone: what it says only it hears."""

    def __init__(self) -> None:
        self._hears: dict[str, Hear] = {}
        self._missed: list[Callable[[], None]] = []

    def on(self, subject: str, hear: Hear) -> None:
        self._hears[subject] = hear

    def on_missed(self, catch_up: Callable[[], None]) -> None:
        """Something may not have been heard."""
        self._missed.append(catch_up)

    def tell(self, subject: str, *words: str) -> None:
        self._hears[subject](*words)
        self.tell_others(subject, *words)

    def tell_others(self, subject: str, *words: str) -> None:
        pass

    async def run(self) -> None:
        pass


class NotifiedReplicas(Replicas):
    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._me = new_id()
        self._number = 0
        self._to_send: deque[str] = deque(maxlen=WAITING)
        self._something_to_send = asyncio.Event()

    def tell_others(self, subject: str, *words: str) -> None:
        self._number += 1  # of two that are the same PostgreSQL passes on one
        self._to_send.append(json.dumps([self._me, self._number, subject, *words]))
        self._something_to_send.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send())
            tasks.create_task(self._listen())

    async def _send(self) -> None:
        while True:
            await self._something_to_send.wait()
            self._something_to_send.clear()
            sending, self._to_send = self._to_send, deque(maxlen=WAITING)
            try:
                async with self._database.begin() as db:
                    await db.execute(NOTIFY, {"channel": CHANNEL, "payloads": list(sending)})
            except SQLAlchemyError:
                self._to_send.extendleft(reversed(sending))
                self._something_to_send.set()
                await asyncio.sleep(AGAIN_S)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear_until_it_breaks()
            except psycopg.Error:
                pass  # it is away
            except Exception as error:  # noqa: BLE001 - whatever one message does, others follow
                log_unexpected(error)
            await asyncio.sleep(AGAIN_S)

    async def _hear_until_it_breaks(self) -> None:
        url = self._database.address.url.set(drivername="postgresql")
        connection = await ImpatientConnection.connect(
            make_conninfo(url.render_as_string(hide_password=False), **POSTGRESQL_TIMES),
            autocommit=True,
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            for catch_up in self._missed:
                catch_up()
            while True:
                async for notification in connection.notifies(timeout=SILENCE_S):
                    self._heard(notification.payload)
                await connection.execute("SELECT 1")

    def _heard(self, payload: str) -> None:
        try:
            sender, _, subject, *words = json.loads(payload)
        except ValueError:
            return  # another program's
        if sender != self._me and subject in self._hears:
            self._hears[subject](*words)
