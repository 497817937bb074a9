from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.errors import InvalidValueError
from otel_usage.redaction import Redactor
from otel_usage.settings import RedactionPattern, RedactionSettings

ADDRESS = "bob.miller@mail.example.org"
OTHER = "ann.miller@mail.example.org"
KEY = b"a key of this installation"


def redactor(key: bytes | None = KEY, **settings: Any) -> Redactor:
    """Make one that hashes with a fixed key."""
    return Redactor(RedactionSettings(**settings), key=key)


def test_hash_tells_equal_values_from_others() -> None:
    """One value has one mark, in any text and any case; another has another; the value is in neither."""
    hashing = redactor(mode="hash")
    one, again, other = (
        hashing.text(text) for text in (f"to {ADDRESS}", f"cc {ADDRESS.upper()}", f"to {OTHER}")
    )
    assert one.removeprefix("to ") == again.removeprefix("cc ")
    assert one != other
    assert "miller" not in (one + again + other).lower()


def test_hash_is_the_same_in_json_and_in_nested_values() -> None:
    """What a value is written in is no part of it."""
    hashing = redactor(mode="hash")
    mark = hashing.text(ADDRESS)
    assert json.loads(hashing.text(json.dumps({"a": json.dumps([ADDRESS])}))) == {"a": json.dumps([mark])}
    assert hashing.value({"to": [ADDRESS]}) == {"to": [mark]}
    secret = "k7Q" + "x9Rt2LmW"
    assert hashing.value({"password": secret}) == json.loads(hashing.text(json.dumps({"password": secret})))


def test_hash_depends_on_the_key_and_names_it() -> None:
    """Another key gives other marks, of which the key's part tells why."""
    first, second = (
        redactor(mode="hash").text(ADDRESS),
        redactor(b"another key entirely", mode="hash").text(ADDRESS),
    )
    assert first.split(":")[2] != second.split(":")[2]
    assert first != second


def test_hash_without_a_key_is_a_mask() -> None:
    """Every address there is could be tried against an unkeyed hash."""
    assert redactor(None, mode="hash").text(ADDRESS) == "[REDACTED:email]"


def test_drop_takes_the_whole_text() -> None:
    """Of a text in which such a value stands nothing is left but the mark; other texts beside it stay."""
    dropping = redactor(modes={"email": "drop"})
    assert dropping.text(f"the patient {ADDRESS} has a cold") == "[REDACTED:email]"
    assert dropping.value({"a": f"of {ADDRESS}", "b": "fine"}) == {"a": "[REDACTED:email]", "b": "fine"}
    assert dropping.text(json.dumps([f"of {ADDRESS}", "fine"])) == '["[REDACTED:email]", "fine"]'
    assert dropping.text("$1,200.50 in all") == "[REDACTED:money] in all"


def test_off_leaves_a_class_alone() -> None:
    """The others are redacted as before."""
    assert (
        redactor(modes={"email": "off"}).text(f"{ADDRESS} owes $1,200.50")
        == f"{ADDRESS} owes [REDACTED:money]"
    )
    assert redactor(mode="off").text(ADDRESS) == ADDRESS


def test_a_mode_switches_an_opt_in_class_on() -> None:
    """Who says what is to be done with a class means it to be found."""
    assert redactor(modes={"ssn": "mask"}).text("ssn 253-34-7273") == "ssn [REDACTED:ssn]"


@pytest.mark.parametrize(
    "settings", [{"mode": "encrypt"}, {"modes": {"email": "burn"}}, {"modes": {"emial": "hash"}}]
)
def test_unknown_modes_and_classes_are_refused(settings: dict[str, Any]) -> None:
    """A misspelt word would silently leave secrets in place."""
    with pytest.raises(InvalidValueError):
        redactor(**settings)


@given(st.text(max_size=60), st.sampled_from(["mask", "hash", "drop"]))
def test_every_mode_is_idempotent(text: str, mode: str) -> None:
    """A mark is never redacted again, whatever stands around it."""
    once = redactor(mode=mode).text(f"{text} {ADDRESS} {text}")
    assert redactor(mode=mode).text(once) == once
    assert ADDRESS not in once


@pytest.mark.parametrize("number", ["4" + "1" * 15, "123-45-6789"])
def test_a_mark_holds_no_number_but_a_size(number: str) -> None:
    """Somebody may write a mark himself, and a number into it."""
    written = f"[REDACTED:email:{number}]"
    assert number not in redactor(classes=("all",)).text(written)
    assert redactor().text("[REDACTED:oversize:65537]") == "[REDACTED:oversize:65537]"


def test_own_pattern_makes_a_class() -> None:
    """It is on, counted and marked like any other."""
    own = redactor(patterns=(RedactionPattern(name="ticket", pattern=r"ACME-\d{4}"),))
    assert own.text("see ACME-1234 today") == "see [REDACTED:ticket] today"
    assert own.text('{"a": "ACME-1234"}') == '{"a": "[REDACTED:ticket]"}'
    assert own.counts == {"ticket": 2}
    assert own.text("see [REDACTED:ticket] today") == "see [REDACTED:ticket] today"


@pytest.mark.parametrize("around", ["\u00fc\u20ac\U0001d11e", "\ud800"])
def test_own_pattern_is_found_beside_any_character(around: str) -> None:
    """Of more than a byte each, or one that UTF-8 cannot carry: positions are those of characters."""
    own = redactor(patterns=(RedactionPattern(name="ticket", pattern="(?i)acme-[0-9]+"),))
    assert own.text(f"{around} ACME-1234 {around}").split()[1] == "[REDACTED:ticket]"
    assert "error" not in own.counts


def test_blind_redaction_leaves_no_text() -> None:
    """Where patterns are configured that cannot be used, nobody knows what they would have taken."""
    blind = redactor(classes=("all",), blind=True)
    assert blind.text("any words") == "[REDACTED:error]"
    assert blind.value({"job": "ACME-1234", "n": 7}) == {"[REDACTED:error]": 7}
    assert blind.text(blind.text("any words")) == "[REDACTED:error]"


def test_own_pattern_can_be_hashed_and_switched_off() -> None:
    """Modes are by class, and it is one."""
    patterns = (RedactionPattern(name="ticket", pattern=r"ACME-\d{4}"),)
    assert "[REDACTED:ticket:k" in redactor(patterns=patterns, modes={"ticket": "hash"}).text("ACME-1234")
    assert redactor(patterns=patterns, modes={"ticket": "off"}).text("ACME-1234") == "ACME-1234"


def test_own_pattern_that_takes_marks_in_ends() -> None:
    """A pattern that matches anything leaves one mark."""
    greedy = redactor(patterns=(RedactionPattern(name="all_of_it", pattern=r"(?s).+"),))
    assert greedy.text(f"to {ADDRESS} and more") == "[REDACTED:email]"
    assert greedy.text("nothing known") == "[REDACTED:all_of_it]"


def test_own_pattern_is_linear_on_what_hurts_others() -> None:
    """Nested quantifiers are run in one pass."""
    own = redactor(patterns=(RedactionPattern(name="nested", pattern=r"(a+)+b"),))
    assert own.text("a" * 20_000 + "!") == "a" * 20_000 + "!"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Ticket", "a"),
        ("", "a"),
        ("email", "a"),
        ("error", "a"),
        ("x" * 33, "a"),
        ("ticket", "(unclosed"),
        ("ticket", "(?=look)ahead"),
        ("ticket", r"(a)\1"),
        ("ticket", "a*"),
        ("ticket", ""),
    ],
)
def test_unusable_own_pattern_is_refused(name: str, pattern: str) -> None:
    """The sentence says what is wrong, and does not show the pattern, which may hold what it is to hide."""
    with pytest.raises(InvalidValueError) as refused:
        redactor(patterns=(RedactionPattern(name=name, pattern=pattern),))
    assert len(pattern) < 2 or pattern not in str(refused.value)


def test_two_own_patterns_of_one_name_are_refused() -> None:
    """Which of them a mark means could not be told."""
    twice = tuple(RedactionPattern(name="ticket", pattern=pattern) for pattern in ("a", "b"))
    with pytest.raises(InvalidValueError, match="taken"):
        redactor(patterns=twice)
