"""Patient codes: drawn here, or typed by the unit's rule. None may tell who somebody is.

What is refused is what people write by habit: a word, a date, a long number. Whoever wants to
write a name in letters and digits still can; the list of who is who stays outside e-PediCare.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from agent.errors import BadConfiguration
from agent.http.problems import Invalid

# No vowel, so that no word comes up; no S, which is heard as F; 19 letters, a prime number.
LETTERS = "BCDFGHJKLMNPQRTVWXZ"
DRAWN_LETTERS = 5
DRAWN_CODE = re.compile(f"[{LETTERS}]{{{DRAWN_LETTERS + 1}}}")
SHORTEST, LONGEST = 3, 16
LONGEST_TYPED = 64
WRITTEN = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
PATTERN = re.compile(r"[A-Z0-9#?]+(-[A-Z0-9#?]+)*")

VOWELS = set("AEIOUY")
WORD = re.compile(r"[^\W\d_]{3,}")
STREETS = {
    *("RUE", "AVENUE", "BOULEVARD", "ALLEE", "CHEMIN", "IMPASSE", "PLACE", "QUAI", "ROUTE"),
    *("STREET", "ROAD", "LANE", "SQUARE"),
}
LONG_NUMBER = 9  # digits: telephones, insurance and hospital numbers
DATES_IN_THREE = (
    re.compile(r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})(?!\d)"),
)
DATE_IN_ONE = re.compile(r"(?<!\d)(\d{6}|\d{8})(?!\d)")


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What codes that are typed look like: `PED-####`, where # is a digit and ? a letter.

    Without a pattern: letters, digits and hyphens, with one digit or more.
    """

    pattern: str | None = None

    @classmethod
    def parsed(cls, pattern: str) -> "CodeRule":
        long_enough = SHORTEST <= len(pattern) <= LONGEST
        if not long_enough or not PATTERN.fullmatch(pattern) or not set("#?") & set(pattern):
            raise BadConfiguration(
                f"a pattern of patient codes: {SHORTEST} to {LONGEST} capitals, digits, "
                "hyphens between them, # for any digit and ? for any letter, as in PED-####"
            )
        return cls(pattern)

    def allows(self, code: str) -> bool:
        if self.pattern is None:
            return any(letter.isdigit() for letter in code)
        kinds = {"#": r"\d", "?": "[A-Z]"}
        rule = "".join(kinds.get(letter, letter) for letter in self.pattern)
        return re.fullmatch(rule, code) is not None

    def spells(self, word: str) -> bool:
        """A word that the rule itself has names nobody."""
        return word in re.split(r"[^A-Z]", self.pattern or "")


def draw() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(DRAWN_LETTERS))
    return _in_threes(letters + check_letter(letters))


def check_letter(letters: str) -> str:
    """So that one wrong letter, or two that changed places, never make another code.

    The sum of the letters' numbers, each times its place, is divisible by their number, a prime.
    """
    total = sum(place * LETTERS.index(letter) for place, letter in enumerate(letters, 1))
    last = pow(len(letters) + 1, -1, len(LETTERS))
    return LETTERS[-total * last % len(LETTERS)]


def read(typed: str, rule: CodeRule) -> str:
    """As it is kept; or refused, in a way that the person at the keyboard understands."""
    code = written(typed)
    if code_of_ours := _drawn(code, rule):
        return code_of_ours
    _refuse_what_tells(typed, code, rule)
    long_enough = SHORTEST <= len(code) <= LONGEST
    if not long_enough or not WRITTEN.fullmatch(code) or not rule.allows(code):
        raise Invalid("code-against-the-rule", _rule_in_words(rule))
    return code


def written(typed: str) -> str:
    """Capitals, and one hyphen for whatever separates."""
    capitals = unicodedata.normalize("NFKC", typed).upper()
    return re.sub(r"[\s._/\\‐‑–—-]+", "-", capitals).strip("-")


def compact(typed: str) -> str:
    """For comparing: the hyphens are for the eye."""
    return written(typed).replace("-", "")


def _drawn(code: str, rule: CodeRule) -> str | None:
    letters = code.replace("-", "")
    if not DRAWN_CODE.fullmatch(letters) or rule.allows(code):
        return None
    if check_letter(letters[:-1]) != letters[-1]:
        raise Invalid("code-mistyped", "A letter of this code is wrong, or two changed places.")
    return _in_threes(letters)


def _in_threes(letters: str) -> str:
    return f"{letters[:3]}-{letters[3:]}"


def _refuse_what_tells(typed: str, code: str, rule: CodeRule) -> None:
    words = [word for word in _words(code) if not rule.spells(word)]
    if "@" in typed or any(word in STREETS for word in words):
        raise Invalid("code-like-an-address", "This looks like an address.")
    if re.search(f"\\d{{{LONG_NUMBER}}}", code.replace("-", "")):
        raise Invalid("code-like-a-number", "This looks like a telephone or insurance number.")
    if _is_like_a_date(code):
        raise Invalid("code-like-a-date", "This looks like a date, perhaps of a birth.")
    if any(VOWELS & set(word) or not word.isascii() for word in words):
        raise Invalid("code-like-a-name", "This looks like a name.")


def _words(code: str) -> list[str]:
    """Without their accents."""
    letters = unicodedata.normalize("NFKD", code)
    return WORD.findall("".join(filter(lambda letter: not unicodedata.combining(letter), letters)))


def _is_like_a_date(code: str) -> bool:
    in_three = (found.groups() for date in DATES_IN_THREE for found in date.finditer(code))
    if any(_is_date(*map(int, numbers)) for numbers in in_three):
        return True
    return any(
        _is_date(*(int(digits[start:end]) for start, end in pairwise(cuts)))
        for digits in DATE_IN_ONE.findall(code)
        for cuts in ((0, 2, 4, len(digits)), (0, len(digits) - 4, len(digits) - 2, len(digits)))
    )


def _is_date(first: int, second: int, third: int) -> bool:
    """A day, a month and a year of two digits or four, in any of the orders that are in use."""
    return any(
        1 <= day <= 31 and 1 <= month <= 12 and (year < 100 or 1900 <= year < 2100)
        for day, month, year in (
            (first, second, third),
            (second, first, third),
            (third, second, first),
        )
    )


def _rule_in_words(rule: CodeRule) -> str:
    if rule.pattern is None:
        return (
            f"A code has {SHORTEST} to {LONGEST} letters, digits and hyphens, "
            "and one digit or more."
        )
    return f"Codes look like {rule.pattern}, where # is a digit and ? a letter."
