"""Secrets that stand in files, as container engines hand them over."""

from pathlib import Path

from pydantic import SecretStr

from agent.errors import BadConfiguration

KeyPair = tuple[str, SecretStr]  # of LiveKit: a name, and what it signs with


def read_secret(variable: str, path: Path) -> SecretStr:
    """What stands in the file, without the end of its line."""
    secret = _text(variable, path).strip()
    if not secret:
        raise BadConfiguration(f"the secret of {variable} is empty")
    return SecretStr(secret)


def read_keys(variable: str, path: Path) -> tuple[KeyPair, ...]:
    """A `name: secret` a line, as LiveKit's own `key_file` has them."""
    lines = [line for line in _text(variable, path).splitlines() if line.strip()]
    pairs = [line.partition(":") for line in lines]
    keys = tuple((name.strip(), SecretStr(secret.strip())) for name, _, secret in pairs)
    if not keys or not all(name and secret.get_secret_value() for name, secret in keys):
        raise BadConfiguration(f"{variable}: each line of the file is a key, as `name: secret`")
    return keys


def _text(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BadConfiguration(f"{variable} cannot be read: {reason}") from None
