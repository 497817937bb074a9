"""Addresses of private networks: what a candidate must hold beyond its pattern."""

from __future__ import annotations

import re

from otel_usage.redaction.patterns import lazy, words

__all__ = ["private_v4", "private_v6"]

_VERSION_BEFORE = lazy(
    r"(?i)(?:\bv|version\W{0,8}|\bver\.?\W{0,3}|versions?\s|section\W{1,2}|\bsec\.?\s|\u00a7\s?|chapter\s|clause\s|article\s|\brfc\W{0,3}\d{0,5}\s?"
    r"|\boid\W{1,3}|releases?\W{1,3}|build\W{1,3}|revision\W{1,3}|firmware\W{1,3}|driver\W{1,3}|[~=><^]=|(?:bump|upgrad|downgrad|patch)\w{0,3}\s[^\s\d]{1,12}\sto\s|\bpython\W|[a-z]/|appendix\s|table\s|figure\s)$"
)
# Products whose versions have four parts.
_PRODUCTS = words(
    "v8 electron chrome chromium edge firefox safari opera webkit oracle mariadb mysql postgres postgresql db2 qt java jdk jre"
    " openjdk .net net asp.net framework sdk runtime player acrobat reader office outlook teams zoom notes domino exchange windows"
    " win macos ios ipados android cuda nvidia xcode node tomcat websphere weblogic coldfusion citrix esxi vmware unity unreal"
    " blender toolkit plugin edition suite studio msvc clang gcc"
)
_PACKAGE = lazy(r"[A-Z]\w{1,24}(?:\.[A-Z]\w{1,24}){1,4}(?=$)")
_MOVES = ("bump", "upgrad", "downgrad", "updat")
_VERSION_AFTER = lazy(
    r"(?i)\.?\s{0,2}(?:of the (?:driver|rfc|spec|standard|sdk|library|package|client|api)\b|release\b|\(build\b|build\b)"
)
# A whole range as its document defines it is no one's network.
_RESERVED = {
    "10.0.0.0": "/8",
    "172.16.0.0": "/12",
    "192.168.0.0": "/16",
    "169.254.0.0": "/16",
    "100.64.0.0": "/10",
    "fc00::": "/7",
    "fd00::": "/8",
    "fe80::": "/10",
}


def private_v4(text: str, start: int, end: int) -> bool:
    """Accept an address of RFC 1918, RFC 3927 or RFC 6598, unless its neighbours say that it is a version or section."""
    if text.startswith(_RESERVED.get(text[start:end], "\0"), end):
        return False
    parts = [int(p) for p in re.split(r"[.-]", text[start:end])]
    if max(parts) > 255 or parts[:2] == [169, 254] and parts[2:] == [169, 254]:  # noqa: PLR2004, RUF021
        return False
    first, second = parts[:2]
    known = (
        first == 10  # noqa: PLR2004
        or (first == 172 and 16 <= second <= 31)  # noqa: PLR2004
        or (first == 192 and second == 168)  # noqa: PLR2004
        or (first == 169 and second == 254)  # noqa: PLR2004
        or (first == 100 and 64 <= second <= 127)  # noqa: PLR2004
    )
    if not known or _VERSION_BEFORE().search(text, max(0, start - 24), start):
        return False
    if text[start - 1 : start] == " " and _is_release(text[max(0, start - 64) : start].split()):
        return False
    return _VERSION_AFTER().match(text, end, end + 40) is None


def _is_release(before: list[str]) -> bool:
    """Tell by the words before a number of four parts that it is the version of a product or a package."""
    if not before:
        return False
    last = before[-1]
    if last.lower().lstrip("(\"'") in _PRODUCTS or _PACKAGE().match(last):
        return True
    return last in {"from", "to"} and any(word.lower().startswith(_MOVES) for word in before[-5:])


def private_v6(text: str, start: int, end: int) -> bool:
    """Accept a well-formed address of RFC 4193 (fc00::/7) or of the link-local range (fe80::/10)."""
    value = text[start:end].partition("%")[0]
    if text.startswith(_RESERVED.get(value.lower(), "\0"), end):
        return False
    if value.count("::") > 1 or ":::" in value:
        return False
    groups = [g for g in value.split(":") if g]
    return len(groups) < 8 if "::" in value else len(groups) == 8 and value.count(":") == 7  # noqa: PLR2004
