"""Where a request really comes from, as far as the proxies that it came through are trusted.

A client may write into `X-Forwarded-For` and `Forwarded` what it likes. Each proxy adds at the
right end whom it heard; so they are read from there, until somebody is not trusted.
"""

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers

from agent.settings import Network

Address = IPv4Address | IPv6Address

ONE_CUSTOMER_BITS = 64  # of an IPv6 address: who has one has all that begin so
WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[\d.]+):\d+")
FORWARDED_PAIR = re.compile(r'([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^\s;"]*))')


def client_address(peer: str, headers: Headers, trusted: Sequence[Network]) -> Address | None:
    """None: it has none, as on a Unix socket."""
    heard = _parsed(peer)
    if heard is None or not _is_trusted(heard, trusted):
        return heard
    told = {
        _first_stranger(heard, _hops(headers, name), read, trusted)
        for name, read in READERS.items()
        if name in headers
    }
    # A proxy that writes only one of the two lets the client's own other one through.
    return told.pop() if len(told) == 1 else heard


def bucket_of(address: Address | None) -> str:
    """Of whom tries are counted together."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), ONE_CUSTOMER_BITS), strict=False))
    return str(address or "")


def _first_stranger(
    heard: Address,
    hops: Sequence[str],
    read: Callable[[str], Address | None],
    trusted: Sequence[Network],
) -> Address:
    for hop in reversed(hops):
        if not _is_trusted(heard, trusted):
            break
        before = read(hop)
        if before is None:  # hidden, or no address: whoever wrote it is all that is known
            break
        heard = before
    return heard


def _hops(headers: Headers, name: str) -> list[str]:
    """Cut at every comma, quoted or not: a quote that a client left open hides nothing."""
    return ",".join(headers.getlist(name)).split(",")


def _forwarded_for(element: str) -> Address | None:
    """As RFC 7239 has it, but for what a quoted comma or an escaped quote has cut in two."""
    if element.count('"') % 2 or "\\" in element:
        return None
    pairs = {name.lower(): quoted or bare for name, quoted, bare in FORWARDED_PAIR.findall(element)}
    return _parsed(pairs.get("for", ""))


def _parsed(text: str) -> Address | None:
    text = text.strip()
    if found := WITH_PORT.fullmatch(text):
        text = found["six"] or found["four"] or ""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


READERS: dict[str, Callable[[str], Address | None]] = {
    "x-forwarded-for": _parsed,
    "forwarded": _forwarded_for,
}
