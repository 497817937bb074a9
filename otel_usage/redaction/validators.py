"""What a candidate must hold beyond its pattern: checks on characters, order, checksums and neighbours.

Every check takes the whole text and the span of the candidate, so that it can look at what stands around it; it
looks at a bounded number of characters.
"""

from __future__ import annotations

import binascii
import re
from math import log2
from typing import TYPE_CHECKING

from otel_usage.redaction.patterns import lazy, words

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[str, int, int], bool]

__all__ = [
    "any_value",
    "basic_pair",
    "card_number",
    "cookie_value",
    "entropy",
    "filled_in",
    "has_digit",
    "iban_checksum",
    "is_chosen",
    "is_placeholder",
    "is_reference",
    "is_wordlike",
    "long_random",
    "looks_random",
    "looks_secret",
    "pem_body",
    "quoted_or_secret",
    "secret_form",
    "ssn_ranges",
    "three_kinds",
    "two_kinds",
    "user_option",
    "with_digit",
]

# The letter pairs that make up nine tenths of English prose and of identifiers; a random string has a third of its
# pairs among them. First letter, then the letters that follow it.
_PAIRS = frozenset(
    row[0] + letter
    for row in words(
        "abcdgiklmnprstuvy baeilosu cacehiklorstu dadeilorsu eacdefglmnpqrstvwx faefiloru gehinrsu haeio"
        " iabcdefglmnoprstvxz keis ladeilostuy mabeimopsu nacdefgiklnostuv obcdfgiklmnoprstuvw paeiloprstuy"
        " qu racdegikmnorstuy sacehilopstuy tacehilmoprstuy uabceilmnprst vaei waeior xpt yp ze ey cy py dy"
        " ny fy by my gy oy"
    )
    for letter in row[1:]
)
_ENOUGH = 64
"""Characters of a candidate that are looked at: a longer one is no different further on."""

_JARGON = words(
    "http https html xml css sql ssl tls ssh ftp smtp imap url uri api jwt ldap dns tcp udp utf pkg src str obj cfg msg ctx tmp"
    " passwd pwd userid img btn mysql npm rsa aes hmac sha fn db id py js sk pk ts ip os std cmd args kwargs http2 grpc aws gcp"
)
_RUN = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLACEHOLDER = lazy(
    r"""(?ix) [\s"'(*]{0,3} (?:
        <[^<>]{0,80}> | \$\{.* | \$\(.* | \$[a-z_]\w{0,60} | \$\d | \{\{.* | \{[\w.:\[\]!-]{0,60}\} | \{%.*
      | %[a-z_]\w{0,60}% | %\([a-z_.]{1,60}\)s | %[sdr] | @\w{1,60}@ | !?secret\s\S* | !vault.* | !ref\b.*
      | [*x.\u2022\u2026#?_-]{3,} .{0,6} | [*x.\u2022\u2026#?_-]{2}
    ) \W* | \W*+ (?:
        (?=.{0,80}(?:here|this|me|it|key|token|secret|password|pass|value|id|credentials?|name)\W*\Z)
        (?:your|my|the|some|insert|enter|add|put|replace|change|paste|set|use|an?|example|sample|dummy|fake|mock|test|placeholder|new|old|current)[\s_.-][a-z\s_.<>-]{1,80}+
      | (?:your|my|insert|enter|example|sample|dummy|fake|mock|test)[a-z]{0,24}+
      | change[\s_-]?(?:me|it|this)\d{0,3} | replace[\s_-]?(?:me|with.*) | to[\s_-]?do | tbd | n/?a | fix[\s_-]?me | redacted | removed | hidden
      | masked | filtered | omitted | none | null | nil | undefined | true | false | yes | no | on | off | empty | default
      | example | placeholder | dummy | foo | bar | baz | foobar | string | text | str | int(?:eger)? | bool(?:ean)? | bytes | number | object
      | any | char | float | list | dict | optional | required | unset | unknown | void | self | env
      | pass(?:word|wd|phrase)? | pwd | pw | user(?:name)? | secret | token | key | api[\s_-]?key | credentials? | cookie
      | (?:bearer|basic|token)\s{1,3}[$\#]?\{.* | bearer | basic | digest | oauth2? | jwt | plain | auto | manual | stdin | prompt | file | keyring | vault | ask
    ) \W* """
)
_REFERENCE = lazy(
    r"""(?x)
        (?:https?|file|wss?)://[^\s@]*                                                      # an address without userinfo
      | (?:os|process|self|this|cls|config|settings|env|args|opts|options|params|request|req|ctx|data|event|secrets|vars?|local
         |module|input|output|context|session|state|props|response|res|resp|user|app|client|credentials?|auth)
        (?:\??\.|::|->|\[)\S*
      | [A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+ (?=$)                                                 # the name of a variable
      | [\w.-]{1,80}\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|toml|ini|cfg|py|js|ts|go|rs|java|md) (?=$)
      | [$]\w{0,60}(?:::|->|-\Z|[\[./(])\S* | \w{1,40}(?:::\w{1,40}){1,4};? (?=$) | projects/\S*
      | (?:~|\.{1,2})?(?:/[a-z.][a-z0-9._-]{0,40}){2,16} (?=$)
      | (?:arn|secretsmanager|vault|op|ssm|gcp|awskms|keyring|env)[:/]\S*
    """
)
_PATH = lazy(
    r"""(?x)
        (?:\.{0,2}|~|[A-Za-z]:)[\\/](?:[\w.@~{}$-]{1,64}[\\/]{1,2}){0,12}[\w.@~{}$-]{0,64}/? (?=$)
      | (?:[\w.-]{1,64}/){1,12}[\w-]{1,64}\.[a-z]{2,8} (?=$)
    """
)
_UUID = lazy(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?=$)")
_NUMERIC = lazy(r"[\d.,:/+-]*(?=$)")
_HEX = lazy(r"(?:0x)?[0-9a-fA-F-]+(?=$)")
_KNOWN_ID = lazy(
    r"sha\d{3}-|(?:call|toolu|msg|req|run|resp|rs|fc|chatcmpl|cmpl|asst|thread|file|batch|step|gen|evt|cus|pi|ch|in|sub|job|task|sess|session|conv)[_-]"
)
_LUHN_DOUBLE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def any_value(_text: str, _start: int, _end: int) -> bool:
    """Accept: the pattern says all."""
    return True


def filled_in(text: str, start: int, end: int) -> bool:
    """Accept what does not stand for a value to be filled in."""
    return not is_placeholder(text[start:end])


def pem_body(text: str, start: int, end: int) -> bool:
    """Accept a key of which more than the first and the last line is there."""
    body = text[start:end].lstrip("- ").partition("--")[2].lstrip("-").partition("--")[0]
    return sum(map(str.isalnum, body)) > 7  # noqa: PLR2004  # eight characters are six bytes of it


def entropy(value: str) -> float:
    """Give the Shannon entropy of the characters, in bits per character."""
    size = len(value)
    return -sum(n / size * log2(n / size) for n in map(value.count, set(value)))


def is_placeholder(value: str) -> bool:
    """Tell a value that stands for a secret to be filled in (``<token>``, ``${TOKEN}``, ``your-key-here``, ``***``)."""
    return _PLACEHOLDER().fullmatch(value, 0, 100) is not None or len(set(value)) == 1


def is_reference(value: str) -> bool:
    """Tell code, a path, an address or a variable's name, which say where a secret is and not what it is."""
    if _PATH().match(value, 0, 400) and (len(value) < 16 or is_wordlike(value)):  # noqa: PLR2004  # base64 holds slashes
        return True
    return _REFERENCE().match(value, 0, 400) is not None


def is_wordlike(value: str) -> bool:
    """Tell text made of words or of an identifier's words: most of its letters run in common pairs."""
    value = value[:_ENOUGH]
    known = letters = 0
    for run in _RUN().findall(value.swapcase() if value.isupper() else value):
        size = len(run)
        letters += size
        low = run.lower()
        hits = sum(low[i : i + 2] in _PAIRS for i in range(size - 1))
        if low in _JARGON or (size >= 3 and hits >= 0.68 * (size - 1)):  # noqa: PLR2004  # see _PAIRS: words pass, random letters do not
            known += size
    if not letters:
        return value.isalpha()  # of another script
    digits = sum(map(str.isdigit, value))
    return known >= 0.7 * (letters + digits) > 0  # a year or a number may stand beside words


def has_digit(text: str, start: int, end: int) -> bool:
    """Accept what holds a digit."""
    return any(map(str.isdigit, text[start : min(end, start + _ENOUGH)]))


def basic_pair(text: str, start: int, end: int) -> bool:
    """Accept base64 of a name, a colon and a password (RFC 7617), and what looks random."""
    try:
        return b":" in binascii.a2b_base64(text[start:end]) or three_kinds(text, start, end)
    except binascii.Error:
        return three_kinds(text, start, end)


def cookie_value(text: str, start: int, end: int) -> bool:
    """Accept a random value on a line that speaks of a cookie or of curl."""
    line = text[max(0, start - 480) : start]
    line = line[line.rfind("\n") + 1 :].lower()
    return ("cookie" in line or "curl " in line) and two_kinds(text, start, end)


def two_kinds(text: str, start: int, end: int) -> bool:
    """Accept what holds two of digits, lower-case and upper-case letters, and is not made of words."""
    value = text[start : min(end, start + _ENOUGH)]
    kinds = any(map(str.isdigit, value)) + any(map(str.islower, value)) + any(map(str.isupper, value))
    return kinds > 1 and not is_wordlike(value)


def three_kinds(text: str, start: int, end: int) -> bool:
    """Accept what holds digits, lower-case and upper-case letters, and is not made of words."""
    value = text[start : min(end, start + _ENOUGH)]
    return (
        any(map(str.isdigit, value)) and any(map(str.islower, value)) and any(map(str.isupper, value))
    ) and not is_wordlike(value)


def with_digit(text: str, start: int, end: int) -> bool:
    """Accept what holds letters and a digit, and is not made of words."""
    return has_digit(text, start, end) and two_kinds(text, start, end)


def user_option(text: str, start: int, end: int) -> bool:
    """Accept the password of an option ``-u`` that is curl's, or that looks like a secret: others take names and numbers."""
    value = text[start:end]
    return not is_placeholder(value) and ("curl" in text[max(0, start - 480) : start] or looks_secret(value))


def looks_secret(value: str) -> bool:
    """Tell a value that a person or a generator would choose as a secret: no word, no reference, six or more characters."""
    return len(value) > 5 and not is_placeholder(value) and not is_reference(value) and is_chosen(value)  # noqa: PLR2004


def is_chosen(value: str) -> bool:
    """Tell six or more characters that are neither words nor a number."""
    if len(value) < 6 or len(set(value[:_ENOUGH])) < 4 or any(map(str.isspace, value)):  # noqa: PLR2004
        return False
    return not _NUMERIC().match(value) and not is_wordlike(value)


def quoted_or_secret(text: str, start: int, end: int) -> bool:
    """Accept what stands in quotation marks, and bare what looks like a secret."""
    value = text[start:end]
    return (looks_secret(value) and has_digit(text, start, end)) or (
        text[start - 1 : start] in {"'", '"', "`"} and not is_placeholder(value)
    )


def secret_form(text: str, start: int, end: int) -> bool:
    """Accept what a person or a generator would choose as a secret."""
    return looks_secret(text[start:end])


def looks_random(value: str) -> bool:
    """Tell a generated string by itself: letters and digits mixed, high entropy, no word, no UUID, no digest."""
    if len(value) < 16 or _UUID().match(value) or is_placeholder(value) or is_reference(value):  # noqa: PLR2004
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if not digits or letters < 4 or is_wordlike(value):  # noqa: PLR2004
        return False
    return entropy(value) >= (3.0 if _HEX().match(value) else 3.3)


def long_random(text: str, start: int, end: int) -> bool:
    """Accept mixed-case random text that is not the payload of a data URL, a digest or a Subresource Integrity value."""
    value = text[start:end]
    lead = text[max(0, start - 24) : start].lower()
    if (
        lead.endswith(("base64,", "sha256-", "sha384-", "sha512-", "h1:", "sha256:", "sha512:"))
        or _HEX().match(value)
        or _KNOWN_ID().match(value)
    ):
        return False
    mixed = any(map(str.islower, value)) and any(map(str.isupper, value)) and has_digit(text, start, end)
    return mixed and len(value) < 257 and entropy(value) >= 4.2 and not is_wordlike(value)  # noqa: PLR2004


def card_number(text: str, start: int, end: int) -> bool:
    """Accept 13 to 19 digits that pass Luhn's check and begin as a card network's number does (ISO/IEC 7812)."""
    digits = [ord(c) - 48 for c in text[start:end] if "0" <= c <= "9"]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:  # noqa: PLR2004
        return False
    odd = digits[-1::-2]
    even = digits[-2::-2]
    return (sum(odd) + sum(_LUHN_DOUBLE[d] for d in even)) % 10 == 0


def iban_checksum(text: str, start: int, end: int) -> bool:
    """Accept what passes the check digits of ISO 13616 (modulo 97)."""
    value = "".join(text[start:end].split()).upper()
    if not 15 <= len(value) <= 34 or not value.isascii() or not value.isalnum():  # noqa: PLR2004
        return False
    turned = value[4:] + value[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def ssn_ranges(text: str, start: int, end: int) -> bool:
    """Accept a US social security number's ranges: no area 000 or 666, no group 00, no serial 0000 (SSA)."""
    digits = re.sub(r"\D", "", text[start:end])
    return digits[:3] not in {"000", "666"} and digits[3:5] != "00" and digits[5:] != "0000"
