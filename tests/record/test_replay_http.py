"""The replay as it is used: the real command, asked over real HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from google.protobuf.message import Message
from kept_sessions import SESSION_ID, START_UNIX_US, keep_live_run, kept
from synthetic import Child, film

from agent.contract import ORIGIN_KEY_HEADER
from agent.errors import CannotReplay
from agent.replay.serving import serve_replay
from agent.wire.generated import analysis_pb2 as pb

pytestmark = pytest.mark.unit

EPEDICARE = [sys.executable, "-c", "from agent.commands.cli import main; main()"]
API = "/api/v1/replay"
VIDEO = bytes(range(256)) * 8
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def problem(self) -> str:
        assert self.headers["Content-Type"] == "application/problem+json"
        return str(json.loads(self.body)["type"])


@dataclass
class Served:
    process: subprocess.Popen[str]
    address: str
    token: str
    cookie: str = ""
    key: str = ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.address, timeout=10)
        data = json.dumps(body) if body is not None else None
        connection.request(method, path, data, headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        mine = {"Cookie": self.cookie, ORIGIN_KEY_HEADER: self.key}
        return self.ask("GET", path, **mine | headers)

    def open(self, token: str, **headers: str) -> Answer:
        return self.ask("POST", f"{API}/open", {"token": token}, **JSON | headers)

    def be_let_in(self) -> Answer:
        opened = self.open(self.token)
        assert opened.status == 201
        self.cookie = opened.headers["Set-Cookie"].split(";")[0]
        self.key = json.loads(opened.body)["key"]
        return opened


def start_replay(session: str, data: Path, pages: Path, *options: str) -> Served:
    environment = os.environ | {"EPEDICARE_DATA": str(data), "EPEDICARE_WEB": str(pages)}
    process = subprocess.Popen(
        [*EPEDICARE, "replay", session, "--no-open", *options],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://(127\.0\.0\.1:\d+)/replay#(\S+)", line):
            return Served(process, found[1], found[2])
    raise AssertionError("the replay did not print its link")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    session = folder / "sessions" / SESSION_ID
    blinking = film(4, child=lambda t: Child(blink=(0.9, 0.9) if t % 2 < 0.15 else (0.1, 0.1)))
    paused = pb.Status(state=pb.AGENT_STATE_PAUSED, t_ms=3967)
    keep_live_run(session, blinking, run=100, statuses=[paused])
    network = pb.NetworkStats(t_ms=1000, packets_received=96, packets_lost=4)
    keep_live_run(
        session, film(2), run=110, start_unix_us=START_UNIX_US + 10_000_000, statuses=[network]
    )
    (folder / "secret.txt").write_text("nobody may read this")
    (folder / "call.mp4").write_bytes(VIDEO)
    return folder


@pytest.fixture(scope="module")
def pages(data: Path) -> Path:
    folder = data / "pages"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>e-PediCare</title>")
    (folder / "assets" / "app.js").write_text("console.log('replay')")
    return folder


@pytest.fixture(scope="module")
def served(data: Path, pages: Path) -> Iterator[Served]:
    replay = start_replay(SESSION_ID, data, pages, "--video", str(data / "call.mp4"))
    assert replay.open("x" * 43).problem == "/problems/wrong-token"
    cookie = replay.be_let_in().headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=strict", f"Path={API}"} <= set(cookie.split("; "))
    yield replay
    replay.process.send_signal(signal.SIGINT)
    assert replay.process.wait(5) == 0


def messages(answer: Answer, kind: type[Message]) -> list[Message]:
    """Undo the varint lengths."""
    assert answer.headers["Content-Type"] == "application/octet-stream"
    found, place = [], 0
    while place < len(answer.body):
        length = shift = 0
        while True:
            octet = answer.body[place]
            place += 1
            length |= (octet & 0x7F) << shift
            shift += 7
            if octet < 0x80:
                break
        found.append(kind.FromString(answer.body[place : place + length]))
        place += length
    return found


def test_manifest_places_runs_and_gaps(served: Served) -> None:
    manifest = json.loads(served.get(f"{API}/manifest").body)
    assert manifest == {
        "session_id": SESSION_ID,
        "duration_ms": 11967,
        "has_video": True,
        "is_same_video": False,
        "video_offset_ms": 0,
        "runs": [
            {"run": 100, "from_ms": 0, "to_ms": 3967},
            {"run": 110, "from_ms": 10000, "to_ms": 11967},
        ],
        "gaps": [{"from_ms": 3967, "to_ms": 10000, "reason": "agent_restarted"}],
        "sample": True,
    }


def test_messages_are_those_of_the_log(served: Served, data: Path) -> None:
    run = data / "sessions" / SESSION_ID / "run-000.mcap"
    for topic, kind in (
        ("window", pb.WindowResult),
        ("event", pb.Event),
        ("frame", pb.FrameResult),
    ):
        got = messages(served.get(f"{API}/messages?topic={topic}&to_ms=10000"), kind)
        assert got == [kind.FromString(data) for _, _, data in kept(run, f"/{topic}")] != []


def test_a_span_of_time(served: Served) -> None:
    answer = served.get(f"{API}/messages?topic=frame&from_ms=3900&to_ms=10070")
    times = [m.t_ms for m in messages(answer, pb.FrameResult)]  # type: ignore[attr-defined]
    assert times == [3900, 3933, 3967, 10000, 10033, 10067]


def test_registry_and_status(served: Served) -> None:
    registries = messages(served.get(f"{API}/messages?topic=registry"), pb.Registry)
    assert registries
    (status,) = messages(served.get(f"{API}/messages?topic=status"), pb.Status)
    assert status.state == pb.AGENT_STATE_PAUSED  # type: ignore[attr-defined]


def test_how_the_line_was_is_in_the_session_s_time(served: Served) -> None:
    (network,) = messages(served.get(f"{API}/messages?topic=network"), pb.NetworkStats)
    assert network == pb.NetworkStats(t_ms=11_000, packets_received=96, packets_lost=4)


def test_video_in_ranges(served: Served) -> None:
    whole = served.get(f"{API}/video")
    assert (whole.status, whole.body) == (200, VIDEO)
    assert whole.headers["Content-Type"] == "video/mp4"
    part = served.get(f"{API}/video", Range="bytes=100-199")
    assert (part.status, part.body) == (206, VIDEO[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(VIDEO)}"
    assert served.get(f"{API}/video", Range="bytes=99999-").status == 416


def test_pages_and_their_headers(served: Served) -> None:
    page = served.get("/replay")
    assert b"e-PediCare" in page.body
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert served.get("/assets/app.js").body == b"console.log('replay')"
    assert served.get("/").headers["Location"] == "/replay"


@pytest.mark.parametrize("path", ["manifest", "messages?topic=frame", "video"])
def test_without_cookie_and_key_nothing_is_told(served: Served, path: str) -> None:
    """A browser sends the cookie to whoever listens on another port of this machine."""
    cookie, key = {"Cookie": served.cookie}, {ORIGIN_KEY_HEADER: served.key}
    for headers in (
        {},
        cookie,
        key,
        key | {"Cookie": "epedicare_replay=x"},
        key | {"Cookie": served.cookie[:-2] + "zz"},
        cookie | {ORIGIN_KEY_HEADER: served.key[:-2] + "zz"},
        cookie | {ORIGIN_KEY_HEADER: ""},
    ):
        answer = served.ask("GET", f"{API}/{path}", **headers)
        assert (answer.status, answer.problem) == (401, "/problems/replay-not-open")
    assert served.get(f"{API}/{path}").status == 200


def test_the_address_of_the_video_holds_the_key(served: Served) -> None:
    cookie = {"Cookie": served.cookie}
    assert served.ask("GET", f"{API}/video?key={served.key}", **cookie).body == VIDEO
    assert served.ask("GET", f"{API}/video?key={served.key}").status == 401
    assert served.ask("GET", f"{API}/video?key={served.token}", **cookie).status == 401


def test_the_link_works_once(served: Served) -> None:
    again = served.open(served.token)
    assert (again.status, again.problem) == (403, "/problems/wrong-token")
    assert again.headers["Set-Cookie"] is None


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_is_refused(served: Served, host: str) -> None:
    for path in ("/replay", f"{API}/manifest"):
        assert served.get(path, Host=host).status == 421


def test_another_site_cannot_open_it(served: Served) -> None:
    answer = served.open(served.token, Origin="http://evil.example")
    assert answer.problem == "/problems/wrong-origin"
    form = served.ask(
        "POST", f"{API}/open", {"token": served.token}, **{"Content-Type": "text/plain"}
    )
    assert form.status == 415


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/assets",
        "/.env",
        "/index.html%00.js",
    ],
)
def test_no_path_leads_out_of_the_pages(served: Served, path: str) -> None:
    answer = served.get(path)
    assert 400 <= answer.status < 500
    assert b"nobody" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "query",
    ["", "?topic=observation", "?topic=../x", "?topic=frame&from_ms=-1", "?topic=frame&to_ms=x"],
)
def test_a_nonsense_question_is_a_clear_error(served: Served, query: str) -> None:
    assert served.get(f"{API}/messages{query}").status == 422


@pytest.mark.parametrize("body", [{}, {"token": None}, {"token": "x" * 5000}, ["x"], "x"])
def test_a_nonsense_opening_is_a_clear_error(served: Served, body: object) -> None:
    answer = served.ask("POST", f"{API}/open", body, **JSON)
    assert answer.status in (403, 422)
    assert b"xxxxx" not in answer.body


def test_what_cannot_be_replayed_is_said_in_one_line(data: Path, pages: Path) -> None:
    session = data / "sessions" / SESSION_ID
    with pytest.raises(CannotReplay, match="the web pages are not built"):
        serve_replay(session, None, None, pages=data, open_browser=False, say=print)
    with pytest.raises(CannotReplay, match="is no file"):
        serve_replay(session, data / "no.mp4", None, pages=pages, open_browser=False, say=print)


def test_a_session_without_video(data: Path, pages: Path) -> None:
    replay = start_replay(str(data / "sessions" / SESSION_ID), data, pages)
    replay.be_let_in()
    assert json.loads(replay.get(f"{API}/manifest").body)["has_video"] is False
    assert replay.get(f"{API}/video").problem == "/problems/no-video"
    replay.process.send_signal(signal.SIGINT)
    assert replay.process.wait(5) == 0


def test_the_address_is_loopback_only(served: Served) -> None:
    assert urlsplit(f"//{served.address}").hostname == "127.0.0.1"
