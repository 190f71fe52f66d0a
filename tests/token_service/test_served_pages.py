import pytest
from service_fixtures import RunningService

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module", autouse=True)
def built(service: RunningService) -> None:
    web = service.settings.web
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>page</title>")
    (web / "favicon.svg").write_text("<svg/>")
    (web / "assets" / "index-abc123.js").write_text("export {}")
    (web.parent / "secret.txt").write_text("outside")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/p",
        "/practitioner",
        f"/practitioner/sessions/{'5' * 32}",
        f"/practitioner/sessions/{'5' * 32}/replay",
        "/administration",
        "/administration/units",
        "/audit",
        "/research",
        f"/research/sessions/{'5' * 32}/replay",
        "/replay",
    ],
)
def test_each_page_is_the_application(service: RunningService, address: str) -> None:
    answer = service.client().get(address)
    assert answer.status_code == 200
    assert "<title>page</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_versioned_files_are_kept_and_others_are_looked_at_again(service: RunningService) -> None:
    script = service.client().get("/assets/index-abc123.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"].startswith("text/javascript")
    assert service.client().get("/favicon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["../secret.txt", "%2e%2e/secret.txt", "assets/..%2f..%2fsecret.txt"]
)
def test_nothing_outside_the_folder_is_served(service: RunningService, path: str) -> None:
    answer = service.client().get(f"/{path}")
    assert answer.status_code == 404
    assert "outside" not in answer.text


@pytest.mark.parametrize("address", ["/", "/assets/index-abc123.js", "/health", "/nothing"])
def test_every_answer_carries_the_headers(service: RunningService, address: str) -> None:
    headers = service.client().get(address).headers
    policy = dict(
        directive.split(" ", 1) for directive in headers["content-security-policy"].split("; ")
    )
    livekit = service.settings.livekit_url
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {livekit} {livekit.replace('ws', 'http', 1)}"
    assert policy["worker-src"] == "'self' blob:"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=(self)" in headers["permissions-policy"]
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_answers_about_people_are_not_kept(service: RunningService) -> None:
    practitioner = service.practitioner()
    practitioner.create()
    assert practitioner.client.get("/api/v1/sessions").headers["cache-control"] == "no-store"
