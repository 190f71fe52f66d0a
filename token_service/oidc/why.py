"""Why a sign-in came to nothing. Each has its sentence in the pages' `problems.json`."""

from enum import StrEnum


class Why(StrEnum):
    CANCELLED = "sign-in-cancelled"  # by the person, at the provider
    START_AGAIN = "sign-in-start-again"  # too old, done already, or begun in another browser
    PROVIDER_AWAY = "sign-in-provider-away"
    PROVIDER_REFUSED = "sign-in-provider-refused"  # it does not know us, or not what we ask for
    NOT_TRUSTED = "sign-in-not-trusted"  # its answer is not what it must be
    NO_IDENTITY = "sign-in-no-identity"  # it does not say who this is
    HERE = "sign-in-failed-here"
