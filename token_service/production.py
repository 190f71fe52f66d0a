"""What a service must have before it meets the internet: said by `serve` and by `doctor`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.errors import BadConfiguration
from agent.record.place import is_in_memory
from agent.settings import Settings
from token_service.clinic_keys import GivenKeys
from token_service.database_address import given_in
from token_service.oidc.settings import oidc_settings

MINIMUM_SECRET_BYTES = 32
FEWEST_LETTERS = 8  # different ones; 32 random hexadecimal digits have 14
WELL_KNOWN_KEYS = {("devkey", "secret")}
MAKE_ONE = "make one with `openssl rand -hex 32`"


@dataclass(frozen=True, slots=True)
class Shortcoming:
    what: str
    mends: str

    def __str__(self) -> str:
        return f"{self.what}; {self.mends}"


def refuse_unready(given: Settings) -> None:
    if found := list(map(str, shortcomings(given))):
        raise BadConfiguration(
            "production is not ready (on a machine of your own: EPEDICARE_ENV=development):\n  "
            + "\n  ".join(found)
        )


def shortcomings(given: Settings) -> Iterator[Shortcoming]:
    for check in _CHECKS:
        yield from check(given)


def _sign_in(given: Settings) -> Iterator[Shortcoming]:
    if given.oidc_issuer is None:
        yield Shortcoming(
            "no provider of identities: there is only the development sign-in",
            "set EPEDICARE_OIDC_ISSUER and what goes with it (docs/sign-in.md)",
        )
        return
    try:
        oidc_settings(given)
    except BadConfiguration as error:
        yield Shortcoming("the provider of identities is not fully described", str(error))


def _public_address(given: Settings) -> Iterator[Shortcoming]:
    if given.public_url is None or not given.public_url.is_https:
        yield Shortcoming(
            "no public address with TLS",
            "set EPEDICARE_PUBLIC_URL to https://… (docs/deployment.md)",
        )


def _proxies(given: Settings) -> Iterator[Shortcoming]:
    if not given.trusted_proxies:
        yield Shortcoming(
            "nobody is trusted to say whose request it is: all wrong tries would count together",
            "set EPEDICARE_TRUSTED_PROXIES to the addresses of what ends TLS",
        )


def _livekit(given: Settings) -> Iterator[Shortcoming]:
    if not (given.livekit_url or "").startswith(("wss://", "https://")):
        yield Shortcoming(
            "pages served by https reach LiveKit by wss:// only",
            "set LIVEKIT_URL to such an address",
        )


def _keys(given: Settings) -> Iterator[Shortcoming]:
    if not given.livekit_keys:
        yield Shortcoming(
            "no key for LiveKit", "set LIVEKIT_KEYS_FILE, or LIVEKIT_API_KEY and LIVEKIT_API_SECRET"
        )
    for name, secret in given.livekit_keys:
        yield from _key(name, secret.get_secret_value())


def _key(name: str, secret: str) -> Iterator[Shortcoming]:
    if (name, secret) in WELL_KNOWN_KEYS:
        yield Shortcoming("LIVEKIT_API_SECRET is LiveKit's public one", MAKE_ONE)
    elif len(secret.encode()) < MINIMUM_SECRET_BYTES:
        yield Shortcoming(
            f"LIVEKIT_API_SECRET is shorter than {MINIMUM_SECRET_BYTES} bytes", MAKE_ONE
        )
    elif len(set(secret)) < FEWEST_LETTERS:
        yield Shortcoming("LIVEKIT_API_SECRET can be guessed", MAKE_ONE)


def _database(given: Settings) -> Iterator[Shortcoming]:
    try:
        given_in(given)
    except BadConfiguration as error:
        yield Shortcoming("the database is not named as it must be", str(error))


def _clinic_keys(given: Settings) -> Iterator[Shortcoming]:
    if given.clinic_keys is None:
        yield Shortcoming(
            "no key of the clinic: what is kept could not be sealed",
            "set EPEDICARE_CLINIC_KEYS_FILE (docs/deployment.md), and " + MAKE_ONE,
        )
        return
    try:
        GivenKeys.parsed(given.clinic_keys.get_secret_value())
    except BadConfiguration as error:
        yield Shortcoming("the clinic's key is none", str(error))


def _data(given: Settings) -> Iterator[Shortcoming]:
    mends = "set EPEDICARE_DATA to a folder on a disk"
    if not given.data.is_absolute():
        yield Shortcoming("where things are kept depends on where the service is started", mends)
    elif is_in_memory(given.data):
        yield Shortcoming(f"{given.data} is in memory: a restart loses what is kept", mends)


_CHECKS: tuple[Callable[[Settings], Iterator[Shortcoming]], ...] = (
    _sign_in,
    _public_address,
    _proxies,
    _livekit,
    _keys,
    _database,
    _clinic_keys,
    _data,
)
