"""The formats of ``formats.txt``: what each rule takes and leaves, with random characters in the places of secrets."""

from __future__ import annotations

import random
import re
import string
from pathlib import Path
from typing import NamedTuple

LETTERS = string.ascii_letters
DIGITS = string.digits
ALPHABETS = {
    "alnum": LETTERS + DIGITS,
    "mixed": LETTERS,
    "digit": DIGITS,
    "hex": DIGITS + "abcdef",
    "hexup": DIGITS + "ABCDEF",
    "upnum": string.ascii_uppercase + DIGITS,
    "lownum": string.ascii_lowercase + DIGITS,
    "url": LETTERS + DIGITS + "-_",
    "b64": LETTERS + DIGITS + "+/",
    "b64url": LETTERS + DIGITS + "-_",
    "b32": string.ascii_lowercase + "234567",
    "b32up": string.ascii_uppercase + "234567",
    "b58": "".join(c for c in LETTERS + DIGITS if c not in "0OIl"),
}
UUID = (8, 4, 4, 4, 12)
LINE = 64
LINES = 6


class Format(NamedTuple):
    """What a rule takes and leaves.

    Attributes:
        rule: The rule's id.
        positives: Templates of values.
        negatives: Templates of texts that come through.
    """

    rule: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]


class Sample(NamedTuple):
    """A text with a secret in it.

    Attributes:
        before: What stands before the secret.
        secret: The secret.
        after: What stands after it.
    """

    before: str
    secret: str
    after: str

    @property
    def text(self) -> str:
        """The whole."""
        return self.before + self.secret + self.after


def read_formats() -> tuple[Format, ...]:
    """Read ``formats.txt``."""
    sections: dict[str, tuple[list[str], list[str]]] = {}
    current: tuple[list[str], list[str]] = ([], [])
    for line in Path(__file__).with_name("formats.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), ([], []))
        elif line.startswith(("+ ", "- ")):
            current[line[0] == "-"].append(line[2:])
    return tuple(Format(rule, tuple(good), tuple(bad)) for rule, (good, bad) in sections.items())


def filled(template: str, seed: int) -> str:
    """Put random characters in the places of a template; the same for the same seed."""
    rng = random.Random(f"{template} {seed}")
    text = re.sub(r"\{(uuid|\w+:[\w ]+)\}", lambda found: _part(found[1], rng), template)
    return text.replace("\\n", "\n").replace("\\t", "\t")


def sample(template: str, seed: int) -> Sample:
    """Fill a template and take it apart at the marks of its secret."""
    text = filled(template, seed)
    if "<<" not in text:
        return Sample("", text, "")
    before, _, rest = text.partition("<<")
    secret, _, after = rest.partition(">>")
    return Sample(before, secret, after)


def _part(field: str, rng: random.Random) -> str:
    name, _, what = field.partition(":")
    if name == "uuid":
        return "-".join(_drawn("hex", size, rng) for size in UUID)
    if name == "b64pct":
        return "".join({"+": "%2B", "/": "%2F"}.get(c, c) for c in _drawn("b64", int(what), rng))
    if name in {"pem", "tail"}:
        body = "\n".join(_drawn("b64", LINE, rng) for _ in range(LINES))
        begin = f"-----BEGIN {what}-----\n" if name == "pem" else ""
        return f"{begin}{body}\n{_drawn('b64', 30, rng)}==\n-----END {what}-----"
    return _drawn(name, int(what), rng)


def _drawn(name: str, size: int, rng: random.Random) -> str:
    return "".join(rng.choices(ALPHABETS[name], k=size))
