import pytest

from token_service.sealed import seal, unseal

pytestmark = pytest.mark.unit


def test_the_secret_opens_it_and_no_other() -> None:
    closed = seal({"name": "Dr Camille Moreau", "nothing": None}, "a secret")
    assert unseal(closed, "a secret") == {"name": "Dr Camille Moreau", "nothing": None}
    assert unseal(closed, "another") == {}
    assert "Camille" not in closed


def test_the_same_content_never_looks_the_same() -> None:
    assert seal({"a": "b"}, "s") != seal({"a": "b"}, "s")


@pytest.mark.parametrize("damaged", ["", "a.b.c.d.e", "no token"])
def test_what_is_damaged_is_empty(damaged: str) -> None:
    assert unseal(damaged, "a secret") == {}


def test_a_changed_letter_is_noticed() -> None:
    closed = seal({"a": "b"}, "s")
    head, encrypted_key, iv, content, tag = closed.split(".")
    other = content[:-2] + ("AA" if content[-2:] != "AA" else "BB")
    assert unseal(f"{head}.{encrypted_key}.{iv}.{other}.{tag}", "s") == {}
