from ipaddress import ip_address, ip_network

import pytest
from starlette.datastructures import Headers

from token_service.client_address import bucket_of, client_address

pytestmark = pytest.mark.unit

PROXIES = [ip_network(one) for one in ("127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48")]
FOR = "x-forwarded-for"


def told(peer: str, *headers: tuple[str, str]) -> str:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return str(client_address(peer, Headers(raw=raw), PROXIES))


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51234", "192.0.2.7"),
        ("2001:db8:2::7", "2001:db8:2::7"),
        ("[2001:db8:2::7]:51234", "2001:db8:2::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7, 10.1.2.3", "192.0.2.7"),  # through two proxies of ours
        ("203.0.113.9, 192.0.2.7", "192.0.2.7"),  # the client made the first one up
        ("127.0.0.1, 192.0.2.7", "192.0.2.7"),
        ("192.0.2.7, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("10.9.9.9, 10.1.2.3", "10.9.9.9"),  # a visitor from within
        ("192.0.2.7, unknown", "127.0.0.1"),
        ("unknown, 10.1.2.3", "10.1.2.3"),
        ("evil", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("300.0.0.1", "127.0.0.1"),
    ],
)
def test_a_trusted_proxy_tells_whom_it_heard(value: str, client: str) -> None:
    assert told("127.0.0.1", (FOR, value)) == client


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("for=192.0.2.7", "192.0.2.7"),
        ("For=192.0.2.7;proto=https;by=203.0.113.43", "192.0.2.7"),
        ("proto=https; for = 192.0.2.7", "192.0.2.7"),
        ('for="192.0.2.7:47011"', "192.0.2.7"),
        ('for="[2001:db8:2::7]:4711"', "2001:db8:2::7"),
        ("for=203.0.113.9, for=192.0.2.7", "192.0.2.7"),
        ("for=192.0.2.7, for=10.1.2.3", "192.0.2.7"),
        ('for="203.0.113.9, for=192.0.2.7', "192.0.2.7"),  # a quote that was left open
        ('host="a;for=203.0.113.9";for=192.0.2.7', "192.0.2.7"),  # a Host may be made up, too
        ('for=192.0.2.7;host="a;for=203.0.113.9"', "192.0.2.7"),
        ('for=192.0.2.7;host="a,for=203.0.113.9"', "127.0.0.1"),
        ('for=192.0.2.7;host="a\\",\\";for=203.0.113.9"', "127.0.0.1"),
        ("for=unknown", "127.0.0.1"),
        ("for=_hidden", "127.0.0.1"),
        ("by=192.0.2.7", "127.0.0.1"),
    ],
)
def test_it_may_tell_it_as_rfc_7239_has_it(value: str, client: str) -> None:
    assert told("127.0.0.1", ("forwarded", value)) == client


def test_a_header_in_several_lines_is_one() -> None:
    assert told("127.0.0.1", (FOR, "203.0.113.9"), (FOR, "192.0.2.7")) == "192.0.2.7"


@pytest.mark.parametrize("peer", ["192.0.2.1", "2001:db8:2::1", "127.0.0.2"])
def test_nobody_else_is_believed(peer: str) -> None:
    assert told(peer, (FOR, "203.0.113.9")) == peer
    assert told(peer, ("forwarded", "for=203.0.113.9")) == peer


def test_two_headers_that_differ_are_not_believed() -> None:
    mine, made_up = (FOR, "192.0.2.7"), ("forwarded", "for=203.0.113.9")
    assert told("127.0.0.1", mine, made_up) == "127.0.0.1"
    assert told("127.0.0.1", mine, ("forwarded", "for=192.0.2.7")) == "192.0.2.7"


def test_a_proxy_may_be_met_over_either_protocol() -> None:
    assert told("::ffff:10.1.2.3", (FOR, "192.0.2.7")) == "192.0.2.7"
    assert told("2001:db8:1::1", (FOR, "192.0.2.7")) == "192.0.2.7"


def test_a_request_without_an_address_has_none() -> None:
    assert client_address("", Headers({FOR: "192.0.2.7"}), PROXIES) is None


def test_who_has_many_addresses_is_counted_once() -> None:
    one, other, else_where = "2001:db8:2::7", "2001:db8:2::ffff:8", "2001:db8:2:1::7"
    buckets = [bucket_of(ip_address(address)) for address in (one, other, else_where)]
    assert buckets[0] == buckets[1] != buckets[2]
    assert bucket_of(ip_address("192.0.2.7")) != bucket_of(ip_address("192.0.2.8"))
    assert bucket_of(None) == ""
