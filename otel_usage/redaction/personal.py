"""What a candidate of personal or business data must hold beyond its pattern: addresses, user names, amounts, telephone numbers."""

from __future__ import annotations

import re

from otel_usage.redaction.patterns import lazy, words

__all__ = ["currency", "dollars", "dollars_after", "email", "person", "phone"]

_NO_DOMAIN = words(
    "png jpg jpeg gif svg webp avif ico css scss js mjs cjs ts tsx jsx json html htm xml yml yaml toml txt map lock"
    " service socket timer target mount slice scope device path so dll exe jar whl gz tgz zip woff woff2 ttf"
)
_RELEASES = words("final release ga snapshot rc alpha beta")
_LONG_DOMAIN = 4
_NOBODY = words(
    "user users username user_name user-name name yourname your_name your-name you me my someone somebody xxx foo bar"
    " shared public default all runner linuxbrew vscode node ubuntu debian ec2-user jovyan circleci travis vagrant"
    " index home page pages about dashboard settings profile login logout search main app lib src dist assets static"
    " news signup register contact blog help faq docs api account orders cart tabs feed list new edit create"
    " hive spark hadoop hdfs oozie"
    " ftp git www www-data nobody root app css js img images fonts icons media cdrom usb"
    " default.migrated defaultuser0 defaultapppool containeradministrator runneradmin vssadministrator"
)
_MONEY_STEMS = lazy(
    r"cost|pric|pa(?:y|id)|spen[dt]|budget|invoice|charg|amount|balance|worth|saving|earn|refund|salar|wage|donat|bought|revenue|profit|deposit|discount|approx"
)
_MONEY_WORDS = words(
    "total fee fees save saved save owe owed owes bill tip sold buy sell rent loan debt credit coupon loss gift fine cash only"
    " about just under over than around roughly nearly almost another extra additional"
)
_WEAK_WORDS = words("to for at is was of from and or between a the")
_MONEY_AFTER = lazy(
    r"(?i)\s?(?:/\s?(?:mo|month|yr|year|hr|hour|day|week|user|seat|call|request|token|unit|gb|mb|person|night)|per\b|each\b|a (?:month|year|day|week|piece)|off\b|bucks|bill\b|fee\b|tip\b"
    r"|worth\b|total\b|gift|discount|coupon|more\b|less\b|extra\b|in (?:fees|total|cash|credit)|for\b|on\b)"
)
_CODE_WORDS = lazy(
    r"(?i)\b(?:echo|test|printf?|local|set|shift|eval|cd|rm|cp|mv|sed|awk|select|where|insert|update|values|args?|parameter|column|field|group|capture)\b|\breplace\w{0,5}\(\s?[\"'/]$|\$\d\b|[\[{(]$"
)
# One of several parameters, or the target of an assignment.
_LISTED_AFTER = lazy(r"\s{0,2}(?:=|->)|[\"']?,\s?[\"']?\$\d")
_LISTED_BEFORE = lazy(r"\$\d{1,2}[\"'],\s?[\"']$")
_NO_PRICE = lazy(r"\$[\w({\\]|[\^\[{]|\\[^\"\\]")
_REGISTER = lazy(r",\s?%")
_ENDS = lazy(r"(?:[.,;:!?)*\\\"'`]{0,4}(?:\s|$|[<|&\u2013])|/[a-z]|\\{0,4}\"?[,}\]])")
_COMMENT = lazy(r"(?:^|\s)(?:#|//)\s")
_CODE_LINE = lazy(r"[\[\]{}()\\|;`=\"'<>]")
_NO_PHONE = lazy(r"\d{4}-\d\d-\d\d|\d{1,2}[-/ ]\d{1,2}[-/ ](?:19|20)\d\d(?!\d)|\d{1,3}(?:\.\d{1,3}){3}")
_SMALL = 100
_SHORTEST_SCALED = 4


def email(text: str, start: int, end: int) -> bool:
    """Accept a mail address; not a file name, a unit, a Git remote, or the host of an address with a password."""
    value = text[start:end].lower()
    local, at, domain = value.replace("%40", "@").replace("\\u0040", "@").partition("@")
    labels = domain.split(".")
    if not at or labels[-1] in _NO_DOMAIN or local in {"git", "hg", "svn"} or labels[0] == "self":
        return False
    if labels[0].isdigit() and (labels[1].isdigit() or labels[-1] in _RELEASES):
        return False
    if (text[end : end + 1] == "(" and len(labels[-1]) > _LONG_DOMAIN) or (
        text[start - 1 : start] == "$" and local.isdigit()
    ):  # a product of matrices; a back-reference
        return False
    lead = text[max(0, start - 160) : start]
    scheme = lead.rfind("://")
    inside = (
        scheme >= 0 and ":" in lead[scheme + 3 :] and not any(c in " /\n\"'<>?" for c in lead[scheme + 3 :])
    )
    return not inside and not local.startswith(".") and ".." not in domain


def person(text: str, start: int, end: int) -> bool:
    """Accept a name in a path that can be a person's: no stand-in, no account that every machine has, no file."""
    value = text[start:end].lower().strip(". \\")
    if value in _NOBODY or value.startswith(("$", "%", "{", "<", "*", ".", "your", "all users")) or not value:
        return False
    return re.fullmatch(r"[\w.-]+\.(?:tsx?|jsx?|html?|md|py|json|css|vue|php|png|svg)", value) is None


def dollars(text: str, start: int, end: int) -> bool:
    """Accept an amount; not ``$1`` of a shell, a regular expression, a query, and not a formula between dollars."""
    value = text[start:end]
    line_end = text.find("\n", end, end + 48)
    rest = text[end : line_end if line_end >= 0 else end + 48]
    if (value[1] == " " and rest.lstrip().startswith("$")) or _REGISTER().match(rest) or _is_formula(rest):
        return False
    digits = re.split("[-\u2013]", value[1:].lstrip(" \u00a0-"))[0].rstrip("+")
    if value[0] != "$" or not digits.isdigit() or int(digits) >= _SMALL:
        return rest[:1] != "$" and not (
            len(value) < _SHORTEST_SCALED and text[start - 1 : start] in {"'", "/"} and digits[-1:].isalpha()
        )  # "$1b" in a replacement
    line = text[max(0, start - 40) : start]
    return line[-2:].lower() == "us" or _is_small_amount(digits, line[line.rfind("\n") + 1 :], rest)


def dollars_after(text: str, start: int, end: int) -> bool:
    """Accept ``1,200$`` in a sentence or a field; not the end of a line in a regular expression, and not of a formula."""
    line = text[max(0, start - 80) : start]
    line = line[line.rfind("\n") + 1 :]
    return (
        _NO_PRICE().search(line) is None
        and (text[start - 1 : start] in set("\"'`(>:=~* ,-|\u2013") or not line)
        and _ENDS().match(text, end) is not None
    )


def _is_formula(rest: str) -> bool:
    """Tell what stands between two dollars of LaTeX."""
    dollar = rest.find("$")
    return (
        dollar >= 0
        and re.match(r"\s?[\^_\\={}+*/a-zA-Z-]{1,2}", rest) is not None
        and re.search(r"[\\^_={}+*]|^\s?[+*/=-]?\s?[a-z]\s?$|^/?[a-z]$", rest[:dollar]) is not None
    )


def _is_small_amount(digits: str, line: str, rest: str) -> bool:
    """Tell whole dollars below a hundred from a shell's or a query's parameter, by what stands around them."""
    if rest[:1] in {"$", ":"} or _LISTED_AFTER().match(rest) or _LISTED_BEFORE().search(line):
        return False
    if rest[:1] in {")", "]"} and re.search(r"(?:^|\s)[(\[]$", line):
        line = line[:-1]
    last = _word_before(line)
    stem = _MONEY_STEMS().match(last) is not None
    if digits == "0":
        return stem
    if len(digits) > 1 and not _CODE_WORDS().search(line) and not re.match(r"\s?[,$]", rest):
        return True
    if _is_code(line):
        return False
    if _MONEY_AFTER().match(rest):
        return True
    said = stem or last in _MONEY_WORDS or (last in _WEAK_WORDS and not _COMMENT().search(line))
    return said and not rest.startswith("-")


def _word_before(line: str) -> str:
    return line.rstrip(" :=*(~-").rpartition(" ")[2].lower()


def _is_code(line: str) -> bool:
    return _CODE_LINE().search(line) is not None or _CODE_WORDS().search(line) is not None


def currency(text: str, start: int, end: int) -> bool:
    """Accept a number with a currency's name beside it; not a rate such as ``EUR/USD 1.08``."""
    return text[max(0, start - 1) : start] not in {"/", "_", "."} and not re.match(r"0\d", text[start:end])


def phone(text: str, start: int, end: int) -> bool:
    """Accept 7 to 15 digits (E.164) with a plus, brackets or separators, which are no date, time or version."""
    value = text[start:end]
    digits = sum(map(str.isdigit, value))
    if not 8 <= digits <= 15 or _NO_PHONE().match(value):  # noqa: PLR2004
        return False
    return not (
        re.fullmatch(r"\d{3}-\d\d-\d{4}", value)
        or re.search(r"(?i)(?:isbn|version|v|#|id|ref)\W{0,3}$", text[max(0, start - 10) : start])
    )
