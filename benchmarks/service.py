"""How long a pause takes while many pages look on, beside one that nobody looks at; and how long
a practitioner's sign-out and a family's removal take while another family asks for all it can.

    PYTHONPATH=tests:tests/token_service python -m benchmarks.service

The real service and a real livekit-server; the streams are read in a process of this benchmark's
own, so what they cost the service is the service's alone.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import httpx2
import numpy as np
from livekit_fixtures import LiveKitServer, find_livekit_server
from rich.console import Console
from rich.table import Table
from service_fixtures import (
    CONSENT,
    Patient,
    Practitioner,
    RunningService,
    admitted,
    make_settings,
)

from agent.contract import ORIGIN_KEY_HEADER
from benchmarks.machine import describe, load_of_others
from token_service.server import leave_out_of_collections

SESSIONS = 20
PATIENT_STREAMS, PRACTITIONER_STREAMS = 7, 8  # of each session: 300 in all
ROUNDS = 10  # pauses and resumes of each session
LIMIT_MS = 200.0
GREEDY_STREAMS, GREEDY_ANSWERERS = 150, 4

Stream = tuple[str, dict[str, str]]  # address and headers


def streams_of(
    service: RunningService, practitioner: Practitioner, patient: Patient
) -> list[Stream]:
    address = f"{service.url}/api/v1/sessions/{patient.session}/events"
    login = {name: practitioner.client.headers[name] for name in ("Cookie", ORIGIN_KEY_HEADER)}
    family = {"Authorization": patient.client.headers["Authorization"]}
    return [(address, family)] * PATIENT_STREAMS + [(address, login)] * PRACTITIONER_STREAMS


def look_on(streams: Sequence[Stream], all_open: Barrier, over: Event) -> None:
    asyncio.run(_look_on(streams, all_open, over))


async def _look_on(streams: Sequence[Stream], all_open: Barrier, over: Event) -> None:
    unlimited = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(trust_env=False, timeout=None, limits=unlimited) as client:
        opened = [asyncio.Event() for _ in streams]

        async def read(number: int) -> None:
            address, headers = streams[number]
            async with client.stream("GET", address, headers=headers) as stream:
                stream.raise_for_status()
                async for _ in stream.aiter_lines():
                    opened[number].set()

        reading = [asyncio.create_task(read(number)) for number in range(len(streams))]
        await asyncio.gather(*(one.wait() for one in opened))
        await asyncio.to_thread(all_open.wait)
        await asyncio.to_thread(over.wait)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


def pauses_ms(patients: Sequence[Patient]) -> list[float]:
    taken_ms: list[float] = []
    for number in range(ROUNDS):
        for patient in patients:
            began = time.perf_counter()
            patient.pause(number % 2 == 0).raise_for_status()
            taken_ms.append((time.perf_counter() - began) * 1000)
    return taken_ms


def overdo(url: str, session: str, family: dict[str, str], begun: Barrier, over: Event) -> None:
    """One family: an answer after the other, and as many streams as the service lets it open."""
    asyncio.run(_overdo(url, session, family, begun, over))


async def _overdo(
    url: str, session: str, family: dict[str, str], begun: Barrier, over: Event
) -> None:
    unlimited = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(
        base_url=f"{url}/api/v1/sessions/{session}",
        headers=family,
        trust_env=False,
        timeout=None,
        limits=unlimited,
    ) as client:
        outcomes: Counter[str] = Counter()

        async def watch() -> None:
            async with client.stream("GET", "/events") as stream:
                outcomes[f"stream {stream.status_code}"] += 1
                async for _ in stream.aiter_lines():
                    pass

        async def answer() -> None:
            for number in count():
                said = CONSENT | {"keeping": number % 2 == 0}
                answered = await client.put("/analysis", json={"consent": said})
                outcomes[f"answer {answered.status_code}"] += 1

        tasks = [asyncio.create_task(watch()) for _ in range(GREEDY_STREAMS)]
        tasks += [asyncio.create_task(answer()) for _ in range(GREEDY_ANSWERERS)]
        await asyncio.to_thread(begun.wait)
        await asyncio.to_thread(over.wait)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        Console().print("the greedy family:", dict(outcomes))


def removals_ms(seated: Sequence[tuple[Practitioner, Patient]]) -> list[float]:
    taken_ms: list[float] = []
    for practitioner, patient in seated:
        began = time.perf_counter()
        practitioner.deny(patient.session)
        denied = time.perf_counter()
        practitioner.client.post("/api/v1/sign-out", json={}).raise_for_status()
        taken_ms += [(denied - began) * 1000, (time.perf_counter() - denied) * 1000]
    return taken_ms


def main() -> None:
    logging.getLogger("token_service").setLevel(logging.ERROR)  # no agent is there, by intent
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        livekit = LiveKitServer(Path(folder), find_livekit_server() or "livekit-server")
        livekit.start()
        settings = make_settings(
            Path(folder), livekit.url, key=livekit.api_key, secret=livekit.api_secret
        )
        leave_out_of_collections()
        with load_of_others() as load, RunningService(settings) as service:
            seated = [admitted(service) for _ in range(SESSIONS)]
            patients = [patient for _, patient in seated]
            alone_ms = pauses_ms(patients)
            streams = [stream for pair in seated for stream in streams_of(service, *pair)]
            all_open, over = context.Barrier(2), context.Event()
            onlookers = context.Process(target=look_on, args=(streams, all_open, over))
            onlookers.start()
            all_open.wait(timeout=60)
            watched_ms = pauses_ms(patients)
            over.set()
            onlookers.join()
            half = SESSIONS // 2
            undisturbed_ms = removals_ms(seated[1:half])
            greedy = patients[-1]
            family = {"Authorization": greedy.client.headers["Authorization"]}
            begun, over = context.Barrier(2), context.Event()
            overdoing = context.Process(
                target=overdo, args=(service.url, greedy.session, family, begun, over)
            )
            overdoing.start()
            begun.wait(timeout=60)
            disturbed_ms = removals_ms(seated[half:-1])
            over.set()
            overdoing.join()
        livekit.kill()
    table = Table(title=f"Service ({describe()}, others {load.others:.1f} cores)")
    for heading in ("what", "median ms", "p99 ms", "of the baseline's p99"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, taken_ms, baseline_ms in (
        ("a pause, baseline: no event stream is open", alone_ms, alone_ms),
        (
            f"a pause, {len(streams)} streams on {SESSIONS} sessions (limit {LIMIT_MS:g})",
            watched_ms,
            alone_ms,
        ),
        ("a removal or sign-out, baseline", undisturbed_ms, undisturbed_ms),
        ("the same while another family asks for all it can", disturbed_ms, undisturbed_ms),
    ):
        p99_ms, median_ms = float(np.percentile(taken_ms, 99)), float(np.median(taken_ms))
        of_baseline = p99_ms / float(np.percentile(baseline_ms, 99))
        table.add_row(what, f"{median_ms:.0f}", f"{p99_ms:.0f}", f"{of_baseline:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
