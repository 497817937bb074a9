"""Lines that hold a secret of each default class, made by a seeded generator: what redaction is measured and tried with."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

__all__ = ["MAKERS", "Planted", "planted", "strewn"]

_ALNUM = string.ascii_letters + string.digits


class Planted(NamedTuple):
    """A line and what of it must not survive."""

    kind: str
    line: str
    secret: str


def planted(rng: Random) -> Planted:
    """Make a line of any default class."""
    kind = rng.choice(tuple(MAKERS))
    around, secret = MAKERS[kind](rng)
    return Planted(kind, around.format(secret), secret)


def strewn(text: str, rng: Random, *, every: int) -> str:
    """Put one line with a secret between the lines of a text for each so many characters of it."""
    lines = text.split("\n")
    for _ in range(max(1, len(text) // every)):
        lines.insert(rng.randrange(len(lines) + 1), planted(rng).line)
    return "\n".join(lines)


def _token(prefix: str, size: int) -> Callable[[Random], str]:
    return lambda rng: prefix + _letters(rng, size)


_TOKENS = (
    _token("gh" + "p_", 36),
    _token("sk-" + "ant-api03-", 93),
    _token("sk-" + "proj-", 48),
    _token("gsk" + "_", 52),
    _token("xo" + "xb-", 40),
    _token("npm" + "_", 36),
    _token("hf" + "_", 34),
    _token("glp" + "at-", 20),
)


def _letters(rng: Random, size: int) -> str:
    """Draw letters and digits; the first three are of three kinds, as in any generated secret of some length."""
    return "k7Q" + "".join(rng.choices(_ALNUM, k=size - 3))


def _api_key(rng: Random) -> tuple[str, str]:
    around = rng.choice(("call it with {} please", "client = Client('{}')", "  - {}", "key {}, then retry"))
    return around, rng.choice(_TOKENS)(rng)


def _cloud_key(rng: Random) -> tuple[str, str]:
    return "key id {} was used", "AK" + "IA" + "".join(rng.choices(string.ascii_uppercase, k=16))


def _auth_header(rng: Random) -> tuple[str, str]:
    return rng.choice(("Authorization: Bearer {}", "curl -H 'Authorization: Bearer {}' ")), _letters(rng, 32)


def _keyword_secret(rng: Random) -> tuple[str, str]:
    around = rng.choice(("DB_PASSWORD={}", "export CLIENT_SECRET='{}'", "password: {}", 'api_key = "{}"'))
    return around, _letters(rng, 18)


def _private_key(rng: Random) -> tuple[str, str]:
    return "-----BEGIN RSA PRIVATE " + "KEY-----\n{}\n-----END RSA PRIVATE " + "KEY-----", _letters(rng, 64)


def _jwt(rng: Random) -> tuple[str, str]:
    return "session {} expired", f"eyJhbGciOiJIUzI1NiJ9.eyJ{_letters(rng, 60)}.{_letters(rng, 43)}"


def _url_credentials(rng: Random) -> tuple[str, str]:
    return "postgresql://app:{}@db.example.com:5432/main", _letters(rng, 14)


def _email(rng: Random) -> tuple[str, str]:
    return "write to {} today", f"{_letters(rng, 8)}.{_letters(rng, 5)}@mail.example.org"


def _path_user(rng: Random) -> tuple[str, str]:
    around = rng.choice(("open /home/{}/notes.txt", "in /Users/{}/src/app", r"at C:\Users\{}\Desktop"))
    return around, "k" + "".join(rng.choices(string.ascii_lowercase, k=8))


def _money(rng: Random) -> tuple[str, str]:
    return "the invoice is for {} in all", f"${rng.randint(1000, 999_999):,}.{rng.randint(10, 99)}"


def _private_ip(rng: Random) -> tuple[str, str]:
    return "peer {} is down", f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(100, 254)}"


MAKERS: Mapping[str, Callable[[Random], tuple[str, str]]] = {
    "api_key": _api_key,
    "cloud_key": _cloud_key,
    "auth_header": _auth_header,
    "keyword_secret": _keyword_secret,
    "private_key": _private_key,
    "jwt": _jwt,
    "url_credentials": _url_credentials,
    "email": _email,
    "path_user": _path_user,
    "money": _money,
    "private_ip": _private_ip,
}
"""By class: gives the text around a secret, and the secret."""
