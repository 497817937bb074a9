"""What a candidate of personal or business data must hold beyond its pattern: addresses, user names, amounts, telephone numbers."""

from __future__ import annotations

import re

from otel_usage.redaction.patterns import lazy, words

__all__ = ["currency", "dollars", "email", "person", "phone"]

_NO_DOMAIN = words(
    "png jpg jpeg gif svg webp avif ico css scss js mjs cjs ts tsx jsx json html htm xml yml yaml toml txt map lock"
    " service socket timer target mount slice scope device path so dll exe jar whl gz tgz zip woff woff2 ttf"
)
_NOBODY = words(
    "user users username user_name user-name name yourname your_name your-name you me my someone somebody xxx foo bar"
    " shared public default all runner linuxbrew vscode node ubuntu debian ec2-user jovyan circleci travis vagrant"
    " index home page pages about dashboard settings profile login logout search main app lib src dist assets static"
    " default.migrated defaultuser0 defaultapppool containeradministrator runneradmin vssadministrator"
)
_MONEY_STEMS = lazy(
    r"cost|pric|pa(?:y|id)|spen[dt]|budget|invoice|charg|amount|balance|worth|saving|earn|refund|salar|wage|donat|bought|revenue|profit|deposit|discount|approx"
)
_MONEY_WORDS = words(
    "total fee fees save saved save owe owed owes bill tip sold buy sell rent loan debt credit coupon loss gift fine cash only"
    " about just under over than around roughly nearly almost to for at is was of from and or between another extra additional a the"
)
_MONEY_AFTER = lazy(
    r"(?i)\s?(?:/\s?(?:mo|month|yr|year|hr|hour|day|week|user|seat|call|request|token|unit|gb|mb|person|night)|per\b|each\b|a (?:month|year|day|week|piece)|off\b|bucks|bill\b|fee\b|tip\b"
    r"|worth\b|total\b|gift|discount|coupon|more\b|less\b|extra\b|in (?:fees|total|cash|credit)|for\b|on\b)"
)
_CODE_WORDS = lazy(
    r"(?i)\b(?:echo|test|printf?|local|set|shift|eval|cd|rm|cp|mv|sed|awk|select|where|insert|update|values|args?|parameter|column|field|group|capture)\b|\$\d\b|[\[{(]$"
)
_CODE_LINE = lazy(r"[\[\]{}()\\|;`=\"'<>]")
_SMALL = 100
_SHORTEST_SCALED = 4


def email(text: str, start: int, end: int) -> bool:
    """Accept a mail address; not a file name, a unit, a Git remote, or the host of an address with a password."""
    value = text[start:end].lower()
    local, at, domain = value.replace("%40", "@").replace("\\u0040", "@").partition("@")
    if not at or domain.rpartition(".")[2] in _NO_DOMAIN or local in {"git", "hg", "svn"}:
        return False
    lead = text[max(0, start - 160) : start]
    scheme = lead.rfind("://")
    inside = (
        scheme >= 0 and ":" in lead[scheme + 3 :] and not any(c in " /\n\"'<>?" for c in lead[scheme + 3 :])
    )
    return not inside and not local.startswith(".") and ".." not in domain


def person(text: str, start: int, end: int) -> bool:
    """Accept a name in a path that can be a person's: no stand-in, no account that every machine has, no file."""
    value = text[start:end].lower().strip(". ")
    if value in _NOBODY or value.startswith(("$", "%", "{", "<", "*", "your")) or not value:
        return False
    return re.fullmatch(r"[\w-]+\.(?:tsx?|jsx?|html?|md|py|json|css|vue|php|png|svg)", value) is None


def dollars(text: str, start: int, end: int) -> bool:
    """Accept an amount; not ``$1`` of a shell, a regular expression, a query, and not a formula between dollars."""
    value = text[start:end]
    line_end = text.find("\n", end, end + 48)
    rest = text[end : line_end if line_end >= 0 else end + 48]
    dollar = rest.find("$")
    if (
        dollar >= 0
        and re.match(r"\s?[\^_\\={}+*/a-zA-Z-]{1,2}", rest)
        and re.search(r"[\\^_={}+*]|^\s?[+*/=-]?\s?[a-z]\s?$|^/?[a-z]$", rest[:dollar])
    ):
        return False
    digits = value[1:].strip()
    if value[0] != "$" or not digits.isdigit() or int(digits) >= _SMALL:
        return dollar != 0 and not (
            len(value) < _SHORTEST_SCALED and text[start - 1 : start] in {"'", "/"} and digits[-1:].isalpha()
        )  # "$1b" in a replacement
    if rest[:1] in {"$", ":"} or rest.startswith(("::", "->")):
        return False
    line = text[max(0, start - 40) : start]
    line = line[line.rfind("\n") + 1 :]
    if len(digits) > 1 and not _CODE_WORDS().search(line) and not re.match(r"\s?[,$]", rest):
        return True
    if _MONEY_AFTER().match(rest) and not _is_code(line):
        return True
    return _is_money_word(line) and not _is_code(line) and not rest.startswith(("-", "="))


def _is_money_word(line: str) -> bool:
    """Tell a line that ends with a word that an amount follows."""
    last = line.rstrip(" :=*(~-").rpartition(" ")[2].lower()
    return last in _MONEY_WORDS or _MONEY_STEMS().match(last) is not None


def _is_code(line: str) -> bool:
    return _CODE_LINE().search(line) is not None or _CODE_WORDS().search(line) is not None


def currency(text: str, start: int, _end: int) -> bool:
    """Accept a number with a currency's name beside it; not a rate such as ``EUR/USD 1.08``."""
    return text[max(0, start - 1) : start] not in {"/", "_", "."}


def phone(text: str, start: int, end: int) -> bool:
    """Accept 7 to 15 digits (E.164) with a plus, brackets or separators, which are no date, time or version."""
    value = text[start:end]
    digits = sum(map(str.isdigit, value))
    if not 8 <= digits <= 15 or re.match(r"\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d{1,3}){3}", value):  # noqa: PLR2004
        return False
    return not (
        re.fullmatch(r"\d{3}-\d\d-\d{4}", value)
        or re.search(r"(?i)(?:isbn|version|v|#|id|ref)\W{0,3}$", text[max(0, start - 10) : start])
    )
