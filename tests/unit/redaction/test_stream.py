from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.redaction.findings import Findings, Tally
from otel_usage.redaction.plan import Plan, plan_for
from otel_usage.redaction.stream import StreamRedactor
from otel_usage.redaction.structure import redact_structured

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

ADDRESS = "bob.miller@mail.example.org"
SECRETS = {
    "email": ("to {} today", ADDRESS),
    "keyword_secret": ("DB_PASSWORD={} # old", "k7Q" + "x9Rt2LmWz"),
    "auth_header": ("Authorization: Bearer {}\n", "k7Q" + "zzT4mWx2abcdEF56"),
    "api_key": ("key {} was used", "gh" + "p_" + "k7Q" * 12),
    "money": ("it is {} in all", "$1,200.50"),
    "url_credentials": ("postgresql://app:{}@db.example.com/x", "k7Q" + "x9Rt2LmWz"),
    "path_user": ("see /home/{}/notes", "rmiller"),
    "private_ip": ("peer {} is down", "10.20.30.40"),
}


def split(text: str, cuts: Iterable[int]) -> list[str]:
    """Cut a text into pieces."""
    places = [0, *sorted(cuts), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def streamed(pieces: Iterable[str], tally: Tally | None = None, *, block: int = 200, ahead: int = 120) -> str:
    """Redact pieces one after the other, in small blocks."""
    stream = StreamRedactor(plan_for("default"), tally or Tally(), block=block, ahead=ahead)
    return "".join([*map(stream.feed, pieces), stream.end()])


@given(st.randoms(use_true_random=False), st.sampled_from(sorted(SECRETS)), st.sampled_from([" ", "\n"]))
def test_secret_split_over_pieces_does_not_survive(rng: random.Random, kind: str, space: str) -> None:
    """Wherever pieces and blocks end, a secret goes; where they end at lines, as it does in the whole text."""
    around, secret = SECRETS[kind]
    words = [rng.choice(["plain", "words", "of", "no", "harm"]) for _ in range(rng.randint(60, 200))]
    words.insert(rng.randint(0, len(words)), around.format(secret))
    text = space.join(words)
    out = streamed(split(text, (rng.randint(0, len(text)) for _ in range(rng.randint(0, 12)))))
    assert secret not in out
    assert space == " " or out == redact_structured(text, plan_for("default"), Tally())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_size_give_one_text(size: str | int) -> None:
    """What comes letter by letter is redacted as what comes at once."""
    text = f"to {ADDRESS}\nDB_PASSWORD=" + "k7Q" + f"x9Rt2LmW\nfine\n{ADDRESS}\n" * 20
    step = int(size)
    pieces = [text[at : at + step] for at in range(0, len(text), step)]
    assert streamed(pieces) == redact_structured(text, plan_for("default"), Tally())


def test_short_text_is_redacted_as_a_whole() -> None:
    """JSON over many lines is walked, a container under a sensitive name goes."""
    text = json.dumps({"credentials": {"a": "plain", "b": 1}, "to": ADDRESS}, indent=1)
    assert streamed([text], block=len(text)) == redact_structured(text, plan_for("default"), Tally())


def test_lines_of_json_stay_json() -> None:
    """Each line of a long file is walked by itself."""
    lines = [json.dumps({"n": n, "arguments": json.dumps({"to": ADDRESS})}) for n in range(40)]
    out = streamed(["\n".join(lines)]).splitlines()
    assert [json.loads(json.loads(line)["arguments"])["to"] for line in out] == ["[REDACTED:email]"] * 40


def test_one_long_line_is_cut_beside_secrets() -> None:
    """Without line ends the cut stands where no secret is."""
    out = streamed([f"{ADDRESS} " * 100])
    assert out == "[REDACTED:email] " * 100


def test_places_are_those_in_the_whole_text() -> None:
    """A finding of a later block is placed after what went before."""
    text = f"plain words\n{ADDRESS}\n" * 30
    findings = Findings()
    streamed(split(text, range(0, len(text), 17)), findings)
    assert [text[found.start : found.end] for found in findings.listed] == [ADDRESS] * 30


def test_text_that_ends_in_a_block_is_given_out_once() -> None:
    """Nothing is lost or doubled at the border."""
    for size in range(380, 420):
        text = "abcdefgh " * 60
        assert streamed([text[:size]]) == text[:size]


def test_failure_gives_out_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that cannot be examined is replaced."""

    def fail(*_: object) -> Plan:
        raise RuntimeError(ADDRESS)

    monkeypatch.setattr(Plan, "narrowed", fail)
    assert ADDRESS not in streamed([f"{ADDRESS}\n" * 100])
