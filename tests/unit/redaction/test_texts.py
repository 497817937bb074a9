from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otel_usage.errors import InvalidValueError
from otel_usage.redaction import redact_text
from otel_usage.redaction.classes import DEFAULT_CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def pick(rng: random.Random, size: int, letters: str = ALNUM) -> str:
    """Draw letters; the first three are of three kinds, as in any generated secret of some length."""
    body = "".join(rng.choice(letters) for _ in range(size))
    return "k7Q" + body[3:] if letters is ALNUM else body


def jwt(rng: random.Random) -> str:
    """Make a token in three parts."""
    return f"eyJhbGciOiJIUzI1NiJ9.eyJ{pick(rng, 60)}.{pick(rng, 43)}"


# class -> text around the secret, and the secret: what must not survive
PLANTED: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "api_key": lambda r: ("call it with {} please", "gh" + "p_" + pick(r, 36)),
    "cloud_key": lambda r: ("key id {} was used", "AK" + "IA" + pick(r, 16, string.ascii_uppercase)),
    "auth_header": lambda r: ("Authorization: Bearer {}", pick(r, 32)),
    "keyword_secret": lambda r: ("DB_PASSWORD={}", pick(r, 14)),
    "private_key": lambda r: ("-----BEGIN RSA PRIVATE " + "KEY-----\n{}\n", pick(r, 64)),
    "jwt": lambda r: ("session {} expired", jwt(r)),
    "url_credentials": lambda r: ("postgresql://app:{}@db.example.com:5432/main", pick(r, 14)),
    "email": lambda r: ("write to {} today", f"{pick(r, 8)}.{pick(r, 5)}@mail.example.org"),
    "path_user": lambda r: ("open /home/{}/notes.txt", pick(r, 9).lower()),
    "money": lambda r: ("the invoice is for {} in all", f"${r.randint(1000, 999_999):,}.{r.randint(10, 99)}"),
    "private_ip": lambda r: (
        "peer {} is down",
        f"10.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}",
    ),
}
FRAMES: dict[str, Callable[[str], str]] = {
    "raw": lambda t: t,
    "json": lambda t: json.dumps({"messages": [{"role": "user", "content": t}]}),
    "json in json": lambda t: json.dumps({"arguments": json.dumps({"input": t})}),
    "three levels": lambda t: json.dumps([json.dumps([json.dumps([t])])]),
    "cut json": lambda t: json.dumps({"a": 1, "content": t})[:-2],
    "cut json in json": lambda t: json.dumps({"arguments": json.dumps({"input": t})})[:-4],
    "yaml": lambda t: f"kind: Note\nspec:\n  text: |\n    {t}\n",
    "traceback": lambda t: (
        f'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: {t}'
    ),
    "repr": lambda t: repr({"content": t}),
    "log line": lambda t: f'2026-11-21T10:00:00Z INFO app.py:12 sent "{t}" to model',
    "shell": lambda t: f"echo 1 && echo {t}",
    "url": lambda t: f"https://x.example.com/?q={quote(t, safe='')}&page=2",
    "form": lambda t: f"page=2&q={quote_plus(t)}",
}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("kind", PLANTED)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_planted_secret_does_not_survive(kind: str, frame: str, seed: int) -> None:
    """A secret of each default class is gone from every form of text that agents send."""
    around, secret = PLANTED[kind](random.Random(seed))
    text = FRAMES[frame](around.format(secret))
    out = redact_text(text)
    for written in (secret, quote(secret, safe=""), quote_plus(secret)):
        assert written not in out
    assert redact_text(out) == out


def test_planted_classes_are_the_default_ones() -> None:
    """No default class is left out of the property above."""
    assert set(PLANTED) == set(DEFAULT_CLASSES)


@pytest.mark.parametrize("frame", ["json", "json in json"])
def test_redacted_json_is_still_json(frame: str) -> None:
    """Only the changed strings are written anew; the rest keeps its form."""
    text = FRAMES[frame]("mail bob.miller@mail.example.org")
    assert json.loads(redact_text(text))
    assert (
        redact_text('{ "n": 1.50,"to" : "bob.miller@mail.example.org" }')
        == '{ "n": 1.50,"to" : "[REDACTED:email]" }'
    )


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                [
                    "[REDACTED:email]",
                    "[REDACTED:",
                    "password=",
                    '"',
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    "\\",
                    "a@b.co",
                    "$1,200.50",
                    "://u:p@h",
                    "10.1.2.3",
                    "/home/ann/",
                    "-----BEGIN PRIVATE KEY-----",
                    "Bearer ",
                    "token",
                    "=",
                    "eyJ",
                    "sk-",
                    "\n",
                    " ",
                    "%40",
                    "\\u0040",
                    '{"password": "',
                    "Authorization: ",
                    "\x00",
                    "'",
                    "k7Q9zzT4mWx2",
                ]
            ),
        ),
        max_size=12,
    ).map("".join)
)
def test_redaction_is_idempotent(text: str) -> None:
    """Redacting what was redacted changes nothing, whatever the text."""
    once = redact_text(text, "all")
    assert redact_text(once, "all") == once


@pytest.mark.parametrize(
    "text",
    [
        "span:0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:1763683200000000000",
        "call:9f86d081884c7d659a2feaa0c55ad015",
        "53b821a1-3fee-4ed2-83dc-9a307e96879f",
        "claude-sonnet-4-5-20250929",
        "gpt-4o-2024-08-06",
        "models/gemini-2.5-pro",
        "2026-11-21T10:15:30.123456+05:45",
        "gen_ai.usage.input_tokens=1234567",
        '{"input_tokens": 1200, "max_tokens": 4096, "tokenizer": "o200k_base", "author": "x", "monkey": "y"}',
        "req_011CQxyzABCDEFGHabcdefgh",
        "toolu_01HEuVU0mXg70Pxd7jvx5pZd",
        "chatcmpl-BkXyZ0123456789abcdefGHIJKLM",
        "sha256:540947afd18ca95c3601d5cee14a264fb80d9669dd1290d913ee8c972da4276c",
        "agent-reviewer-1",
        "job_2026-11-21_nightly",
        "otel_usage.record.id",
        "awk '{print $1, $2}'",
        "SELECT * FROM t WHERE a = $1 AND b = $10",
        's.replace(/(a)-(b)/, "$2-$1")',
        "for $k \\ge 2$",
        "version 10.0.0.1 of the driver",
        "listen 0.0.0.0:80",
        "8.8.8.8",
        "git@host.example.com:org/repo.git",
        "logo@3x.png",
        "lodash@4.17.21",
        "/api/v1/users/me",
        "ls /Users",
        "~50%",
        "password: ${DB_PASSWORD}",
        "API_KEY=<your-api-key>",
        'os.getenv("API_KEY")',
        "def reset_password(user): ...",
        "token_type=bearer",
        "next_token: str",
        '{"type": "object", "properties": {"password": {"type": "string", "description": "The password"}}}',
        "[REDACTED:email] and [REDACTED:oversize:70000]",
    ],
)
def test_harmless_text_is_unchanged(text: str) -> None:
    """Ids, digests, models, times, counts, code and stand-ins come through, as the same object."""
    assert redact_text(text) is text


def test_percent_encoded_address_is_found() -> None:
    """An address in a query keeps no readable part."""
    address = "bob.miller@mail.example.org"
    assert "miller" not in redact_text("https://x.example.com/?to=" + quote(address, safe=""))


def test_escaped_at_sign_is_found_in_cut_json() -> None:
    """The JSON escape of the at sign is read as the sign."""
    assert "miller" not in redact_text('"to": "bob.miller\\u0040mail.example.org')


def test_unknown_class_is_refused() -> None:
    """A misspelt class would silently leave secrets in place."""
    with pytest.raises(InvalidValueError):
        redact_text("x", ["emial"])


def test_only_the_asked_class_is_replaced() -> None:
    """Classes can be named one by one."""
    assert (
        redact_text("a.b@c.example.org owes $1,200.50", ["money"])
        == "a.b@c.example.org owes [REDACTED:money]"
    )


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "@",
        "$",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----END PRIVATE KEY-----\n",
        "password",
        "password=",
        "eyJa.",
        "://a:",
        "sk-",
        '{"',
        "[[",
        "\\",
        '\\"',
        "10.",
        "/home/",
        "key ",
        "x@a.",
        "Bearer ",
        "fd00:",
        "1,",
        "%40",
        '{"password":',
        "mysql -p",
        "Authorization: ",
        "\u0130@",
    ],
)
def test_hostile_text_ends(piece: str) -> None:
    """Repetition of any anchor is answered with text, and the answer is a fixed point."""
    text = piece * (40_000 // len(piece))
    out = redact_text(text)
    assert isinstance(out, str)
    assert redact_text(out) == out
