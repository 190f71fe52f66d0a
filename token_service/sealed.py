"""What the database keeps closed: only the secret that a browser holds opens it.

The service has no key of its own, and of that secret it keeps a digest; so whoever has the database
or a copy of it reads nothing.
"""

import hmac
import json
from collections.abc import Mapping

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

HEADER = {"alg": "dir", "enc": "A256GCM"}
ALGORITHMS = tuple(HEADER.values())


def seal(content: Mapping[str, str | None], secret: str) -> str:
    return jwe.encrypt_compact(HEADER, json.dumps(content), _key(secret), ALGORITHMS)


def unseal(sealed: str, secret: str) -> dict[str, str | None]:
    """Empty where it is another's."""
    try:
        content = jwe.decrypt_compact(sealed, _key(secret), ALGORITHMS).plaintext
    except (JoseError, ValueError):
        return {}
    found: dict[str, str | None] = json.loads(content or "{}")
    return found


def _key(secret: str) -> OctKey:
    return OctKey.import_key(hmac.digest(secret.encode(), b"sealed", "sha256"))
