"""Bad input is refused with a problem that says what is wrong and repeats nothing of it."""

import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from service_fixtures import Practitioner, RunningService, make_settings

from token_service import engines

pytestmark = pytest.mark.unit

UNKNOWN = "0" * 32
MARKER = "marker-of-bad-input"
LONG_PATH = "/" + "x" * 300 + "/x" * 2_000  # more than a file system takes


@pytest.fixture(scope="module")
def practitioner(service: RunningService) -> Practitioner:
    return service.practitioner()


@pytest.fixture(scope="module")
def session(practitioner: Practitioner) -> str:
    return practitioner.create()


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["title"] and problem["detail"]
    assert MARKER not in answer.text
    assert "Traceback" not in answer.text
    return answer.status_code, problem["type"]


@pytest.mark.parametrize("what", ["", "/events"])
def test_an_unknown_session_to_read(practitioner: Practitioner, what: str) -> None:
    answer = practitioner.client.get(f"/api/v1/sessions/{UNKNOWN}{what}")
    assert refusal(answer) == (404, "/problems/unknown-session")


@pytest.mark.parametrize("what", ["invites", "admit", "deny", "end"])
def test_an_unknown_session_to_change(practitioner: Practitioner, what: str) -> None:
    answer = practitioner.client.post(f"/api/v1/sessions/{UNKNOWN}/{what}", json={})
    assert refusal(answer) == (404, "/problems/unknown-session")


@pytest.mark.parametrize(
    "session_id",
    [
        MARKER,
        "..",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%2fetc%2fpasswd",
        "0" * 31,
        "0" * 33,
        "0" * 32 + "%0a",
        "A" * 32,
        "%00" * 8,
    ],
)
def test_a_session_id_that_is_something_else(practitioner: Practitioner, session_id: str) -> None:
    for answer in (
        practitioner.client.get(f"/api/v1/sessions/{session_id}"),
        practitioner.client.post(f"/api/v1/sessions/{session_id}/end", json={}),
        practitioner.client.put(f"/api/v1/sessions/{session_id}/analysis", json={"paused": True}),
    ):
        status, _ = refusal(answer)
        assert status in (404, 405, 422)


@pytest.mark.parametrize(
    "claim",
    [
        {"participant_identity": MARKER},
        {"participant_name": MARKER},
        {"participant_metadata": MARKER},
        {"participant_attributes": {"role": MARKER}},
        {"room_config": {"agents": [{"agent_name": MARKER}]}},
    ],
)
def test_a_client_that_says_who_it_is(
    practitioner: Practitioner, session: str, claim: dict[str, Any]
) -> None:
    answer = practitioner.client.post("/api/v1/token", json={"room_name": session, **claim})
    assert refusal(answer) == (422, "/problems/server-decides")


def test_a_client_that_wants_more_than_the_standard(
    practitioner: Practitioner, session: str
) -> None:
    body = {"room_name": session, "room_admin": True}
    answer = practitioner.client.post("/api/v1/token", json=body)
    assert refusal(answer) == (422, "/problems/invalid-request")


def test_a_token_without_a_seat(service: RunningService, session: str) -> None:
    answer = service.client().post("/api/v1/token", json={"room_name": session})
    assert refusal(answer) == (401, "/problems/not-signed-in")
    stranger = {"Authorization": f"Bearer {MARKER}"}
    answer = service.client().post("/api/v1/token", json={}, headers=stranger)
    assert refusal(answer) == (401, "/problems/not-signed-in")


@pytest.mark.parametrize("room", [MARKER, "../../etc/passwd", "\0" * 32, "0" * 33, b"\\ud800"])
def test_a_token_for_a_room_that_is_no_session(
    practitioner: Practitioner, room: str | bytes
) -> None:
    name = room if isinstance(room, bytes) else json.dumps(room).strip('"').encode()
    answer = practitioner.client.post(
        "/api/v1/token",
        content=b'{"room_name": "%s"}' % name,
        headers={"Content-Type": "application/json"},
    )
    assert refusal(answer) == (422, "/problems/invalid-request")


def test_a_token_is_not_got_by_get(practitioner: Practitioner) -> None:
    assert practitioner.client.get("/api/v1/token").status_code in (404, 405)


def test_a_token_before_the_session_is_live(practitioner: Practitioner, session: str) -> None:
    answer = practitioner.client.post("/api/v1/token", json={"room_name": session})
    assert refusal(answer) == (409, "/problems/not-live")
    assert refusal(practitioner.client.post("/api/v1/token", json={}))[0] == 422


def test_everything_needs_a_seat(service: RunningService, session: str) -> None:
    client = service.client()
    for path in ("/api/v1/me", "/api/v1/sessions", f"/api/v1/sessions/{session}"):
        assert refusal(client.get(path)) == (401, "/problems/not-signed-in")
    answer = client.post("/api/v1/sessions", json={})
    assert refusal(answer) == (401, "/problems/not-signed-in")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{" + MARKER.encode(), (400, "/problems/not-json")),
        (b"", (422, "/problems/invalid-request")),
        (b"[]", (422, "/problems/invalid-request")),
        (b'"' + MARKER.encode() + b'"', (422, "/problems/invalid-request")),
        (b'{"sample": "%s"}' % MARKER.encode(), (422, "/problems/invalid-request")),
        (b'{"sample": true, "state": "live"}', (422, "/problems/invalid-request")),
        (b"\xff\xfe", (400, "/problems/not-json")),
        (b'{"%s": 1}' % MARKER.encode(), (422, "/problems/invalid-request")),
        (b'{"\\ud800": 1}', (422, "/problems/invalid-request")),
        (b'{"sample": NaN}', (422, "/problems/invalid-request")),
        (b'{"sample": ' + b"9" * 6_000 + b"}", (400, "/problems/bad-request")),
        (b"[" * 50_000, (400, "/problems/bad-request")),
        (b'{"a": "' + b"x" * 70_000 + b'"}', (413, "/problems/too-large")),
    ],
)
def test_a_body_that_is_not_what_it_should_be(
    practitioner: Practitioner, content: bytes, expected: tuple[int, str]
) -> None:
    answer = practitioner.client.post(
        "/api/v1/sessions", content=content, headers={"Content-Type": "application/json"}
    )
    assert refusal(answer) == expected


def test_a_body_too_large_and_of_unknown_length(practitioner: Practitioner) -> None:
    answer = practitioner.client.post(
        "/api/v1/sessions",
        content=(b"x" * 8_000 for _ in range(10)),
        headers={"Content-Type": "application/json"},
    )
    assert refusal(answer) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_says_it_is_something_else(practitioner: Practitioner, media_type: str) -> None:
    answer = practitioner.client.post(
        "/api/v1/sessions", content=b"{}", headers={"Content-Type": media_type}
    )
    assert refusal(answer) == (415, "/problems/not-json")


def test_another_site(practitioner: Practitioner, service: RunningService) -> None:
    path = "/api/v1/sessions"
    elsewhere = [
        "http://evil.example",
        "null",
        service.url.replace("127.0.0.1", "localhost"),
        service.url.replace("//", "//evil@"),
        service.url.removeprefix("http:"),
        "http://[",
    ]
    for origin in elsewhere:
        answer = practitioner.client.post(path, json={}, headers={"Origin": origin})
        assert refusal(answer) == (403, "/problems/wrong-origin")
    answer = practitioner.client.post(path, json={}, headers={"Origin": service.url})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:5002",
        "127.0.0.1.evil.example",
        "evil@localhost",
        "localhost/evil",
        "localhost#",
        "localhost:evil",
        "[",
        "[evil]",
        "",
    ],
)
def test_another_host_name(service: RunningService, host: str) -> None:
    answer = service.client().get("/health", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert service.client().get("/health", headers={"Host": "localhost:1"}).status_code == 200


def test_an_address_that_is_nothing(service: RunningService) -> None:
    for path in (
        "/api/v1/nothing",
        "/api/v2/sessions",
        "/nothing",
        "/assets/nothing.js",
        LONG_PATH,
    ):
        assert refusal(service.client().get(path)) == (404, "/problems/not-found")
    answer = service.client().delete(
        "/api/v1/sessions", headers={"Content-Type": "application/json"}
    )
    assert refusal(answer)[0] in (404, 405)


def test_the_interface_is_described(service: RunningService) -> None:
    description = service.client().get("/api/v1/openapi.json").json()
    assert "/api/v1/token" in description["paths"]
    for address, operations in description["paths"].items():
        for method, operation in operations.items():
            successful, refused = operation["responses"]
            assert successful.startswith("2") and refused == "default", (method, address)
            (media_type,) = operation["responses"]["default"]["content"]
            assert media_type == "application/problem+json"


def test_half_a_request_does_no_harm(service: RunningService) -> None:
    with socket.create_connection(("127.0.0.1", service.settings.port)) as half:
        half.sendall(
            b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
    assert service.client().get("/health").status_code == 200


def test_a_database_that_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another program holds it; a full disk ends in the same error."""
    monkeypatch.setattr(engines, "LOCK_TIMEOUT_S", 0.1)
    with RunningService(make_settings(tmp_path, "ws://127.0.0.1:1")) as service:
        practitioner = service.practitioner()
        with closing(sqlite3.connect(service.settings.data / "epedicare.db")) as holder:
            holder.execute("BEGIN IMMEDIATE")
            answer = practitioner.client.post("/api/v1/sessions", json={})
        assert refusal(answer) == (503, "/problems/no-database")
        assert answer.headers["retry-after"] == "1"
        assert practitioner.create()
    assert "Traceback" not in caplog.text


def test_an_unexpected_error_shows_nothing(
    practitioner: Practitioner,
    session: str,
    service: RunningService,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: str) -> str:
        raise RuntimeError(MARKER)

    with monkeypatch.context() as patched:
        patched.setattr(service.running.reconciler, "agent", broken)
        answer = practitioner.client.get(f"/api/v1/sessions/{session}")
    assert refusal(answer) == (500, "/problems/internal")
    assert "RuntimeError" in caplog.text
    assert MARKER not in caplog.text
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/health", "/livez", "/readyz", "/api/v1/configuration", "/", "/practitioner", "/no"]
)
def test_monitors_may_ask_with_head(service: RunningService, path: str) -> None:
    asked, got = service.client().head(path), service.client().get(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]
