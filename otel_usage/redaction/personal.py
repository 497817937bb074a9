"""The rules of personal and business data: addresses, user names in paths, amounts, numbers of cards and persons."""

from __future__ import annotations

import re

from otel_usage.redaction import validators as v
from otel_usage.redaction.patterns import lazy, words
from otel_usage.redaction.rules import Rule

__all__ = ["PERSONAL_RULES"]

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


_USER = r"(?P<v>(?:[^\s\\/:*?\"'<>|,;()\[\]{}$%`&=\x00]|\[(?!REDACTED)){1,64}"
_WIN_SEP = r"(?:\\{1,8}|/{1,2}|%5[cC]|%2[fF])"
_POSIX_USER = _USER + r"(?:(?: [A-Z][\w.'-]{0,40}){1,2}(?=/))?)"
_AMOUNT = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,8})?|\d{1,15}(?:\.\d{1,9})?"
_SCALE = r"(?:\s?(?:million|billion|trillion|thousand|hundred|mio|mln|bn)\b|\s?(?:mm|[kmb])(?![a-z0-9]))?"
_RNUM = r"(?P<v>\d[\d,.]{0,24})"

# One row a line: the formatter would make eight of each.
# fmt: off
PERSONAL_RULES = (
    Rule("email", "email", ("@", "%40", r"\u0040"), r"(?:@|%40|\\{1,4}u0040)(?:[^\W_](?:[\w-]{0,62}\w)?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![\w-])", "RFC 5321", email, fold=True, before=r"[\w+%-][\w.+%-]{0,63}", word=False),
    Rule("path-posix", "path_user", ("/home/", "/Users/", "/homes/"), r"/(?:home|Users|homes)/{1,2}" + _POSIX_USER, "Filesystem Hierarchy Standard; macOS", person, word=True),
    Rule("path-posix-below", "path_user", ("/home/", "/Users/", "/users/"), r"/(?:home|[Uu]sers)/" + _POSIX_USER, "mounted and remote homes", person, before=r"(?:(?:rav|tropxe|rsu|ataD/semuloV/metsyS|[aA]ta[dD]|sfn|tnm|stenv?|[a-zA-Z](?:/tnm)?|nwod|sfh|gifnoc|emulov|metsys|[\w.-]{1,40}//(?!:)|elif|lru|cpr(?:/tnm)?|e?tsoh(?:/nur)?)/|:[a-zA-Z])(?![\w.])", word=False),
    Rule("path-windows", "path_user", ("users", "documents and settings"), r"(?:users|documents and settings)" + _WIN_SEP + _USER + r"(?:(?: [\w.'-]{1,40}){1,3}(?=[\\/\"']|%5c))?)", "Windows: user profiles", person, fold=True, before=r"(?:(?:\\{1,8}|/{1,3}|c5%|f2%)(?::|a3%)?[a-z](?![a-z0-9])|(?:\\{1,8}|/)[\w.$-]{1,60}(?:\\{2,8}|//(?!:))|\\{1,8})", word=False),
    Rule("path-wsl", "path_user", ("\\home",), r"\\{1,8}home\$?\\{1,8}" + _USER + ")", "Windows Subsystem for Linux: \\\\wsl$ shares", person, word=False),
    Rule("path-encoded", "path_user", ("%2fhome%2f", "%2fusers%2f"), r"%2f(?:home|users)%2f(?P<v>[\w.+-]{1,64})", "RFC 3986, percent-encoded", person, fold=True, word=False),
    Rule("path-dashed", "path_user", ("/-home-", "/-Users-"), r"/-(?:home|Users)-(?P<v>[A-Za-z0-9_.]{1,64})", "directories that agents name after a project's path", person, word=False),
    Rule("path-tilde", "path_user", ("~",), r"~(?P<v>[a-z_][\w.-]{1,31})(?=/)", "POSIX shell: tilde expansion", person),
    Rule("path-media", "path_user", ("/media/", "/var/mail/", "/spool/mail/", "/var/spool/cron/crontabs/"), r"/(?:media|var/mail|spool/mail|var/spool/cron/crontabs)/" + _USER + ")(?=/|$|[\\s\"'])", "Filesystem Hierarchy Standard", person, before=r"(?:(?:nur|rav)/)?(?![\w.])", word=False),
    Rule("money-dollar", "money", ("$",), r"(?i:(?P<v>(?:us)?\$(?:" + _AMOUNT + r"|(?<=\$) \d{1,3}(?:,\d{3}){0,6}\.\d\d)(?![\w.]?\d|\w{0,64}\(|\.[a-z])" + _SCALE + r"(?:\s?usd?\b)?\+?))", "CLDR: USD", dollars, before=r"(?:[sS][uU])?(?![\w}])", word=False),
    Rule("money-code-after", "money", ("usd", "dollar", "bucks", "cents"), r"(?:usd|(?:us )?dollars?|bucks|cents)\b", "ISO 4217: USD", currency, fold=True, before=r"(?:\s?su)?[\s-]{0,2}(?:(?:noillim|noillib|noillirt|dnasuoht|derdnuh|nb|m|k|b)\s?)?[\d,.]{0,24}\d(?![\w.])"),
    Rule("money-code-before", "money", ("usd",), r"usd\s?\$?\s?(?:" + _AMOUNT + r")(?![\w]|\.\d)" + _SCALE, "ISO 4217: USD", currency, fold=True),
    Rule("ipv4", "private_ip", ("10.", "172.", "192.168.", "169.254.", "100."), r"(?:10|172|192|169|100)\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d|\.\d|-?[a-z]{1,12}\d{0,4}\.(?:jar|tar|zip|whl|deb|rpm)|\.(?:jar|tar|tgz|zip|whl|deb|rpm|dll|exe)\b)", "RFC 1918, 3927, 6598", v.private_v4, before=r"(?![\w.+~^])"),
    Rule("ipv4-host", "private_ip", ("ip-10-", "ip-172-", "ip-192-168-"), r"ip-(?P<v>(?:10|172|192)-\d{1,3}-\d{1,3}-\d{1,3})(?!\d)", "docs.aws.amazon.com: private host names", v.private_v4),
    Rule("ipv6", "private_ip", ("fc", "fd", "fe8", "fe9", "fea", "feb"), r"(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):(?:[0-9a-f]{0,4}:){1,7}[0-9a-f]{0,4}(?![\w:])(?:%[\w.-]{1,16})?", "RFC 4193, RFC 4291", v.private_v6, fold=True, before=r"(?!:)"),
    Rule("card", "credit_card", (), r"(?<![\w.-])(?:[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{1,3})?|3\d{3}[ -]?\d{6}[ -]?\d{5}|[3-6]\d{12,18})(?![\d-]|\.\d)", "ISO/IEC 7812", v.card_number),
    Rule("iban", "iban", (), r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])", "ISO 13616", v.iban_checksum),
    Rule("ssn", "ssn", (), r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\d-])", "ssa.gov: number ranges", v.ssn_ranges),
    Rule("ssn-named", "ssn", ("ssn", "social security", "taxpayer id"), r"(?:ssn|social security(?: (?:number|no\.?|#))?|taxpayer id)\W{0,6}(?:is\s|was\s)?\W{0,3}(?P<v>\d{3}[ .-]?\d{2}[ .-]?\d{4})(?!\d)", "ssa.gov: number ranges", v.ssn_ranges, fold=True),
    Rule("phone-plus", "phone", ("+",), r"\+\d{1,3}(?:[ .()/-]{0,2}\d{1,5}){2,6}(?!\d)", "ITU-T E.164", phone, before=r"(?![\w)\]])", word=False),
    Rule("phone-brackets", "phone", ("(",), r"\(\+?\d{1,5}\)[ .-]{0,2}\d{2,5}(?:[ .-]?\d{2,6}){0,3}(?!\d)", "national forms", phone, before=r"(?![\w)\]])", word=False),
    Rule("phone-dashed", "phone", (), r"(?<![\w.-])(?:\+?1[ .-])?(?:\d{3}-\d{3}-|\d{3}\.\d{3}\.)\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?![\d.-])", "North American Numbering Plan", phone),
    Rule("phone-named", "phone", ("phone", "tel", "mobile", "fax", "whatsapp", "call me", "cell"), r"(?:telephone|phone|tel|mobile|fax|whatsapp|call me|cell)(?: number| no\.?)?[\"']?\W{0,4}(?:at |on |is )?\W{0,3}(?P<v>\+?\(?\d[\d ().-]{6,20}\d)(?!\d)", "national forms", phone, fold=True),
    Rule("money-sign", "money_other", ( "\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20a9", "\u20bd", "\u20ba", "\u20bf", "\u20ab", "\u20b4", "\u20aa", "\u20a6" ), r"[\u20ac\u00a3\u00a5\u20b9\u20a9\u20bd\u20ba\u20bf\u20ab\u20b4\u20aa\u20a6]\s?\d[\d.,' ]{0,20}(?<=\d)" + _SCALE, "CLDR: currency symbols", word=False),
    Rule("money-sign-after", "money_other", ("\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20bd", "\u20ba"), r"[\u20ac\u00a3\u00a5\u20b9\u20bd\u20ba]", "CLDR: currency symbols", before=r"\s?[\d.,']{0,20}\d(?![\w.])", word=False),
    Rule("money-other-code", "money_other", ( "eur", "gbp", "chf", "jpy", "cny", "inr", "cad", "aud", "sek", "nok", "dkk", "pln", "brl", "krw", "mxn", "zar", "pound" ), r"(?:eur(?:os?)?|gbp|chf|jpy|cny|inr|cad|aud|sek|nok|dkk|pln|brl|krw|mxn|zar|pounds?)\s?\d[\d.,']{0,20}(?<=\d)(?!\w)" + _SCALE, "ISO 4217", currency, fold=True),
    Rule("money-other-code-after", "money_other", ( "eur", "gbp", "chf", "jpy", "cny", "inr", "cad", "aud", "sek", "nok", "dkk", "pln", "brl", "krw", "mxn", "zar", "pound" ), r"(?:eur(?:os?)?|gbp|chf|jpy|cny|inr|cad|aud|sek|nok|dkk|pln|brl|krw|mxn|zar|pounds?)\b", "ISO 4217", currency, fold=True, before=r"[\s-]{0,2}(?:(?:noillim|noillib|m|k)\s?)?[\d,.']{0,24}\d(?![\w.])"),
    Rule("random", "high_entropy", (), r"[A-Za-z0-9+/_-]{28,512}+={0,2}", "no format: characters alone", v.long_random),
)
# fmt: on
