import pytest

from agent.public_url import PublicUrl

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://clinic.example", "https://clinic.example"),
        ("https://clinic.example/", "https://clinic.example"),
        ("HTTPS://Clinic.Example:443", "https://clinic.example"),
        ("https://clinic.example:8443", "https://clinic.example:8443"),
        ("http://localhost:5002", "http://localhost:5002"),
        ("http://clinic.example:80", "http://clinic.example"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("https://[2001:DB8:0:0::7]:8443", "https://[2001:db8::7]:8443"),
        ("https://xn--hpital-xxa.example", "https://xn--hpital-xxa.example"),
    ],
)
def test_it_is_written_as_browsers_write_it(given: str, origin: str) -> None:
    assert PublicUrl.parsed(given).origin == origin


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("clinic.example", "begins with https://"),
        ("ftp://clinic.example", "begins with https://"),
        ("https://clinic.example/visits", "without a path"),
        ("https://clinic.example?", "without a path"),
        ("https://clinic.example/#", "without a path"),
        ("https://somebody:secret@clinic.example", "a host and, if need be, a port"),
        ("https://clinic.example:", "a host and, if need be, a port"),
        ("https://clinic.example:0", "a host and, if need be, a port"),
        ("https://clinic.example:70000", "no address such as"),
        ("https://clinic.example:port", "no address such as"),
        ("https://[2001:db8::7", "no address such as"),
        ("https://[clinic]", "no address such as|IPv6"),
        ("https://", "no name or address"),
        ("https://clinic..example", "no name or address"),
        ("https://clinic_1.example", "no name or address"),
        ("https://*.example", "no name or address"),
        ("https://hôpital.example", "xn--"),
        (" https://clinic.example", "without spaces"),
        ("https://clinic.example\n", "without spaces"),
    ],
)
def test_what_is_no_address_of_a_host_is_told_apart(given: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        PublicUrl.parsed(given)


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://clinic.example", True),
        ("http://clinic.example", False),
        ("http://localhost:5002", True),
        ("http://clinic.localhost", True),
        ("http://127.0.0.1", True),
        ("http://[::1]", True),
        ("http://127.0.0.1.example", False),
        ("http://notlocalhost", False),
    ],
)
def test_where_browsers_open_a_camera(url: str, opens: bool) -> None:
    assert PublicUrl.parsed(url).opens_cameras is opens


@pytest.mark.parametrize(
    ("url", "host", "named"),
    [
        ("https://clinic.example", "clinic.example", True),
        ("https://clinic.example", "Clinic.Example:443", True),
        ("https://clinic.example", "clinic.example:80", False),
        ("https://clinic.example", "clinic.example:8443", False),
        ("https://clinic.example:8443", "clinic.example:8443", True),
        ("https://clinic.example:8443", "clinic.example", False),
        ("http://clinic.example", "clinic.example:80", True),
        ("https://clinic.example", "clinic.example.evil.example", False),
        ("https://clinic.example", "", False),
    ],
)
def test_a_host_header_names_it_or_not(url: str, host: str, named: bool) -> None:
    assert PublicUrl.parsed(url).is_named_by(host) is named
