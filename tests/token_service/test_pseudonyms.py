"""Patient codes: what is drawn, what may be typed, and what is refused because it tells."""

import itertools

import pytest

from agent.errors import BadConfiguration
from agent.http.problems import Invalid
from token_service.pseudonyms import LETTERS, CodeRule, check_letter, draw, read

pytestmark = pytest.mark.unit

ANY = CodeRule()


def refusal_of(typed: str, rule: CodeRule = ANY) -> str:
    with pytest.raises(Invalid) as refused:
        read(typed, rule)
    assert typed not in refused.value.detail, "it may hold a name"
    return refused.value.problem_id


def test_a_drawn_code_is_taken_however_it_is_typed() -> None:
    assert check_letter("BCDFG") == "J"  # 1·0 + 2·1 + 3·2 + 4·3 + 5·4 + 6·6 = 76 = 4·19
    code = draw()
    assert len(code) == 7
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert read(typed, ANY) == code
        assert read(typed, CodeRule.parsed("PED-####")) == code


def test_one_wrong_letter_or_two_that_changed_places_is_never_another_code() -> None:
    letters = "KTRFW" + check_letter("KTRFW")
    wrong = {
        letters[:place] + other + letters[place + 1 :]
        for place in range(len(letters))
        for other in LETTERS
    }
    for first, second in itertools.combinations(range(len(letters)), 2):
        swapped = list(letters)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        wrong.add("".join(swapped))
    for typed in wrong - {letters}:
        assert refusal_of(typed) == "code-mistyped"


def test_drawn_codes_differ_and_make_no_words() -> None:
    drawn = {draw() for _ in range(200)}
    assert len(drawn) > 195
    assert not set("".join(drawn)) & set("AEIOUYS01")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("pd 42", "PD-42"),
        ("b12", "B12"),
        ("24-0412", "24-0412"),
        ("2024-118", "2024-118"),
        ("VNR/003", "VNR-003"),
        ("  x_7 ", "X-7"),
    ],
)
def test_a_typed_code_is_kept_in_one_way_of_writing(typed: str, kept: str) -> None:
    assert read(typed, ANY) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Léa", "name"),
        ("LEA-2", "name"),
        ("dupont7", "name"),
        ("Jean-Marc 3", "name"),
        ("M4rtin", "name"),
        ("Ольга-1", "name"),
        ("12/03/2019", "date"),
        ("2019-03-12", "date"),
        ("12.3.19", "date"),
        ("120319", "date"),
        ("20190312", "date"),
        ("P-03122019", "date"),
        ("12 rue des Lilas", "address"),
        ("4 Abbey Road", "address"),
        ("a.b@c.fr", "address"),
        ("06 12 34 56 78", "number"),
        ("1850578006084", "number"),
    ],
)
def test_what_tells_who_somebody_is_is_refused_and_why(typed: str, why: str) -> None:
    assert refusal_of(typed).endswith(why)


@pytest.mark.parametrize("typed", ["AB", "B-", "x" * 17 + "1", "A1_é", "B12!", "BC", "-"])
def test_what_is_no_code_is_told_the_rule(typed: str) -> None:
    assert refusal_of(typed) == "code-against-the-rule"


def test_a_units_pattern_decides_and_may_spell_a_word() -> None:
    rule = CodeRule.parsed("PED-####")
    assert read("ped 0042", rule) == "PED-0042"
    assert refusal_of("B12", rule) == "code-against-the-rule"
    assert refusal_of("LEA-0042", rule) == "code-like-a-name"
    assert refusal_of("ANNA-1", CodeRule.parsed("????-#")) == "code-like-a-name"
    assert refusal_of("120319", CodeRule.parsed("######")) == "code-like-a-date"
    assert read("993142", CodeRule.parsed("######")) == "993142"


@pytest.mark.parametrize("pattern", ["", "##", "ped-##", "PED-0042", "(a+)+#", "#" * 17, "-##-"])
def test_a_pattern_that_is_none_is_refused_at_the_start(pattern: str) -> None:
    with pytest.raises(BadConfiguration, match="pattern of patient codes"):
        CodeRule.parsed(pattern)
