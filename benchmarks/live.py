"""Live speed, through the real livekit-server, service and worker, all on this machine.

    PYTHONPATH=tests:tests/browser python -m benchmarks.live [SECONDS [PATIENTS ...]]

One patient in Chromium: from the encoded frame to the packet, the shown frame and the drawn
overlay. Then more and more patients at once, as Python publishers that share the cores. A frame
carries its sender's clock; here that is the clock of the receiver too.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import httpx2
import numpy as np
import psutil
from page_driver import LAPTOP, chromium, login_of, write_camera_clip
from participants import Joined, Patient, eventually, practitioner_access, take_patient_seat
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table
from stack_fixtures import RunningStack

from agent.dev_stack.footage import I420, Footage
from agent.dev_stack.practitioner import Practitioner
from agent.perception.engines import wanted_engine
from agent.room.machine import look_ms
from benchmarks.machine import describe, load_of_others
from models.clips import clips_folder

CLIP = "WolfgangLanger_Pexels.mp4"
SETTLE_S = 10.0
MOST_PATIENTS = 6
REEL_FRAMES = 250
PARTS = ("worker", "livekit-server", "service", "publishers")
GOAL_HZ, GOAL_P95_MS = 15.0, 100.0

SHOWN = "the frame is shown (baseline)"
ARRIVED = "its packet is at the practitioner"
DRAWN = "its overlay is drawn"

console = Console(width=132)


class Reel(Footage):
    """Decoded beforehand: a camera's picture does not come out of a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._pictures = list(islice(super().frames(), REEL_FRAMES))

    def frames(self) -> Iterator[I420]:
        return cycle(self._pictures + self._pictures[::-1])


@dataclass(frozen=True, slots=True)
class Served:
    """What one patient's practitioner got."""

    face_hz: float
    p50_ms: float
    p95_ms: float
    dropped: int

    @property
    def well(self) -> bool:
        return self.face_hz >= GOAL_HZ and self.p95_ms <= GOAL_P95_MS


def served(doctor: Joined, since: float, seconds: float) -> Served:
    arrived = [
        (at, frame)
        for at, frame in doctor.received.timed_frames()
        if since <= at < since + seconds and frame.HasField("key")
    ]
    ages_ms = [(at - frame.key.user_timestamp_us / 1e6) * 1e3 for at, frame in arrived] or [np.nan]
    rates = [status.rates for status in doctor.received.statuses]
    p50_ms, p95_ms = np.percentile(ages_ms, (50, 95))
    return Served(len(arrived) / seconds, p50_ms, p95_ms, rates[-1].dropped_frames if rates else 0)


@contextmanager
def cores_used(stack: RunningStack) -> Iterator[dict[str, float]]:
    """Cores that each part of the stack and all others kept busy; jobs' largest RSS in MB."""
    worker = stack.child("worker")
    parts = {
        "livekit-server": [stack.child("livekit-server")],
        "service": [stack.child("serve")],
        "worker": [worker, *worker.children(recursive=True)],
        "publishers": [psutil.Process()],
    }
    before = {name: [_cpu_s(process) for process in parts[name]] for name in parts}
    began_s = time.monotonic()
    used: dict[str, float] = {}
    with load_of_others() as load:
        yield used
    used["others"] = load.others
    seconds = time.monotonic() - began_s
    for name, processes in parts.items():
        spent = zip(before[name], map(_cpu_s, processes), strict=True)
        used[name] = sum(max(0.0, after_s - before_s) for before_s, after_s in spent) / seconds
    used["RSS"] = max(map(_rss_mb, parts["worker"]))


def _cpu_s(process: psutil.Process) -> float:
    """0 for a process that has ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _rss_mb(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_info().rss >> 20)
    return 0.0


@asynccontextmanager
async def consultation(
    stack: RunningStack, http: httpx2.AsyncClient, reel: Reel, folder: Path
) -> AsyncIterator[Joined]:
    """A patient in a room with an agent; the practitioner there is what comes."""
    practitioner = Practitioner(http)
    session_id = await practitioner.create_session(sample=True)
    home, seat = await take_patient_seat(stack.url, practitioner, session_id, folder)
    doctor, patient = Joined(), Patient(seat, reel)
    try:
        await seat.consent()
        await seat.knock()
        await practitioner.admit_when_waiting(session_id)
        await doctor.join(await practitioner_access(http, session_id))
        access = await seat.room_access()
        assert access is not None
        await patient.join(access)
        await patient.turn_camera_on()
        yield doctor
    finally:
        await patient.leave()
        await doctor.leave()
        await home.aclose()
        await practitioner.end(session_id)


async def patients_at_once(
    stack: RunningStack, http: httpx2.AsyncClient, reel: Reel, count: int, seconds: float
) -> tuple[list[Served], dict[str, float]]:
    async with AsyncExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        doctors = [
            await closing.enter_async_context(consultation(stack, http, reel, folder))
            for _ in range(count)
        ]
        for doctor in doctors:
            with suppress(AssertionError):  # a patient who gets no result at all is a result too
                await eventually(lambda d=doctor: d.received.frames, 30, "a first result")
        await asyncio.sleep(SETTLE_S)
        since = time.time()
        with cores_used(stack) as cores:
            await asyncio.sleep(seconds)
        return [served(doctor, since, seconds) for doctor in doctors], cores


async def bench_patients(stack: RunningStack, seconds: float, counts: Iterable[int]) -> None:
    table = Table(title="Patients at once, publishers and server on the same cores")
    columns = (
        *("patients", "faces/s", "P50 ms", "P95 ms", "dropped", *PARTS),
        *("looks a patient", "RSS MB", "others"),
    )
    for column in columns:
        table.add_column(column, justify="right")
    table.add_column(f"≥ {GOAL_HZ:g} Hz, ≤ {GOAL_P95_MS:g} ms")
    reel = Reel(clips_folder() / CLIP)
    engine = wanted_engine()
    async with httpx2.AsyncClient(base_url=stack.url, timeout=30) as http:
        await Practitioner(http).sign_in(stack.new_sign_in_secret())
        for count in counts:
            results, cores = await patients_at_once(stack, http, reel, count, seconds)
            look = await asyncio.to_thread(look_ms, engine, stack.data)
            table.add_row(
                str(count),
                f"{min(result.face_hz for result in results):.1f}",
                f"{max(result.p50_ms for result in results):.0f}",
                f"{max(result.p95_ms for result in results):.0f}",
                str(sum(result.dropped for result in results)),
                *(f"{cores[part]:.2f}" for part in PARTS),
                f"{cores['worker'] * 1000 / look / count:.0f}",
                f"{cores['RSS']:.0f}",
                f"{cores['others']:.1f}",
                "yes" if all(result.well for result in results) else "no",
            )
    console.print(table)


@contextmanager
def consultation_in_chromium(stack: RunningStack, folder: Path) -> Iterator[Page]:
    clip = write_camera_clip(clips_folder() / CLIP, folder / "camera.mjpeg", frames=250)
    with (
        sync_playwright() as playwright,
        chromium(playwright, camera=clip) as at_home,
        chromium(playwright, camera=None) as at_work,
    ):
        family = at_home.new_context(locale="en-GB").new_page()
        practitioner = at_work.new_context(viewport=LAPTOP, locale="en-GB").new_page()
        practitioner.goto(f"{stack.url}/practitioner#sign-in={stack.new_sign_in_secret()}")
        practitioner.get_by_role("heading", level=1, name="Sessions").wait_for()
        sessions = f"{stack.url}/api/v1/sessions"
        post = partial(practitioner.request.post, headers=login_of(practitioner))
        session_id = post(sessions, data={"sample": True}).json()["id"]
        invite = post(f"{sessions}/{session_id}/invites", data={}).json()
        practitioner.goto(f"{stack.url}/practitioner/sessions/{session_id}?measure")
        family.goto(invite["link"])
        yes = "Yes, I agree"
        for answer in ("Continue", yes, yes, "My child says yes", "Everything is ready"):
            family.get_by_role("button", name=answer).click()
        practitioner.get_by_role("button", name="Admit the family").click()
        yield practitioner
        post(f"{sessions}/{session_id}/end", data={})


def bench_chromium(stack: RunningStack, seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        consultation_in_chromium(stack, Path(folder)) as page,
    ):
        page.wait_for_function(
            "() => window.__epedicare?.shown.some(f => f.match === 'exact')", timeout=40_000
        )
        page.wait_for_timeout(SETTLE_S * 1000)
        since_ms = time.time() * 1000
        with load_of_others() as load:
            page.wait_for_timeout(seconds * 1000)
        shown = page.evaluate("() => window.__epedicare.shown")
        delay_ms = page.evaluate("() => window.__epedicare.playoutDelayMs")
    frames = [frame for frame in shown if frame["shownAtMs"] >= since_ms and frame["key"]]
    ages_ms: dict[str, list[float]] = {SHOWN: [], ARRIVED: [], DRAWN: []}
    for frame in frames:
        encoded_ms = int(frame["key"].split("/")[0]) / 1000
        ages_ms[SHOWN].append(frame["shownAtMs"] - encoded_ms)
        if frame["resultAfterShownMs"] is not None:
            arrived_ms = frame["shownAtMs"] + frame["resultAfterShownMs"]
            ages_ms[ARRIVED].append(arrived_ms - encoded_ms)
        if frame["drawnAtMs"] is not None:
            ages_ms[DRAWN].append(frame["drawnAtMs"] - encoded_ms)
    baseline_ms = np.percentile(ages_ms[SHOWN], 95)
    table = Table(title="One patient in Chromium, from the encoded frame on")
    for column in ("until", "P50 ms", "P95 ms", "P95 against the baseline"):
        table.add_column(column, justify="right")
    for name, values in ages_ms.items():
        p50_ms, p95_ms = np.percentile(values, (50, 95))
        table.add_row(name, f"{p50_ms:.0f}", f"{p95_ms:.0f}", f"{p95_ms / baseline_ms:.2f} ×")
    console.print(table)
    exact = sum(f["match"] == "exact" and f["drawnAtMs"] is not None for f in frames)
    console.print(
        f"{exact / len(frames):.1%} of {len(frames)} shown frames carry the overlay of exactly "
        f"that frame; playout delay {delay_ms:.0f} ms; others kept {load.others:.1f} cores busy"
    )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    counts = [int(count) for count in sys.argv[2:]] or range(1, MOST_PATIENTS + 1)
    console.print(describe())
    with tempfile.TemporaryDirectory() as folder:
        stack = RunningStack(Path(folder) / "data")
        try:
            stack.start()
            idle_mb = [job.memory_info().rss >> 20 for job in stack.jobs()]
            console.print(f"idle job processes: RSS {idle_mb} MB")
            if len(sys.argv) < 3:
                bench_chromium(stack, seconds)
            asyncio.run(bench_patients(stack, seconds, counts))
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
