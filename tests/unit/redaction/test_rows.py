"""The rows of secrets that are spoken of and of personal data: each finds its forms alone and leaves what only looks like them."""

from __future__ import annotations

import random
import re
import string
from typing import TYPE_CHECKING

import pytest

from otel_usage.redaction.classes import OPT_IN_CLASSES
from otel_usage.redaction.matching import Matcher
from otel_usage.redaction.rules import RULES
from tests.unit.redaction.formats import read_formats

if TYPE_CHECKING:
    from otel_usage.redaction.rule import Rule

RANDOM = "".join(random.Random(1).sample(string.ascii_letters + string.digits, 40))
BY_ID = {rule.id: rule for rule in RULES}
# Rule -> texts with a secret at @@, and texts that only look like them.
SPOKEN: dict[str, tuple[list[str], list[str]]] = {
    "piped-password": (
        ["echo @@ | docker login --password-stdin", 'printf "%s" @@ | sudo -S ls'],
        ["echo $PASS | sudo -S ls", "docker login --password-stdin"],
    ),
    "chpasswd": (['echo "root:@@" | chpasswd'], ["chpasswd < users", "echo root | chpasswd"]),
    "htpasswd": (["htpasswd -bc .htpasswd bob @@"], ["htpasswd -c .htpasswd bob", "htpasswd -b f bob $PASS"]),
    "net-use": (
        [r"net use \\h\s /user:bob @@"],
        [r"net use \\h\s /user:bob /persistent:no", "runas /user:bob cmd"],
    ),
    "login-call": (
        ["smtp.login('bob', '@@')", 'db.auth("bob", "@@")', 'getConnection(url, "sa", "@@")'],
        ["smtp.login(user, password)", 'smtp.login("user", "password")'],
    ),
    "signing-call": (
        [
            "jwt.sign({ id: 1, a: 2 }, '@@')",
            'hmac.new(b"@@", m)',
            "createHmac('sha256', '@@')",
            'Fernet("@@")',
        ],
        ["jwt.sign(payload, secret)", "createHmac('sha256', key)", 'jwt.encode(p, "secret", "HS256")'],
    ),
    "account-command": (
        [
            "vault login @@",
            "net user bob @@ /add",
            'gh secret set X --body "@@"',
            "rabbitmqctl add_user bob @@",
        ],
        ["vault login -method=userpass", "net user bob /delete", "gh secret set X < key.txt"],
    ),
    "mail-login": (
        ["USER bob\nPASS @@", "AUTH default @@", "PASS @@"],
        ["PASS tests/unit/test_login2.py", "HTTP AUTH failed before", "2 PASS, 1 FAIL"],
    ),
    "windows-flag": (
        ["xfreerdp /u:bob /p:@@ /v:h", "schtasks /create /ru bob /rp @@"],
        ["msbuild /p:Configuration=Release", "cmd /p:verbose"],
    ),
    "samba-user": (["smbclient //h/s -U bob%@@"], ["smbclient //h/s -U bob", "psql -U app -h db"]),
    "openssl-key": (
        ["openssl enc -aes-256-cbc -k @@ -in x"],
        ["openssl enc -d -k $KEY", "curl -k https://h"],
    ),
    "expect-send": (['send "@@\\r"'], ['send "yes\\r"', 'send "ls -la\\r"']),
    "pgpass": (
        ["db.example:5432:shop:app:@@", "h:*:*:app:@@"],
        ["postgres:5432:up", "h:5432:shop:app:password"],
    ),
    "login-pair": (
        ["login: admin / @@", "credentials are bob / @@", "log in with bob:@@"],
        [
            "login / logout",
            "login: failed/refused",
            "login: https://host2.example/x1",
            "credentialsId: 'f4aeb6bc-2a25-458a'",
        ],
    ),
    "snmp-community": (
        ["snmp-server community @@ RO", "rocommunity @@"],
        ["rocommunity public", "the community grew"],
    ),
    "snmp-flag": (["snmpwalk -v2c -c @@ h1"], ["snmpwalk -v2c -c public h1", "snmpwalk -h"]),
    "sql-values": (
        ["INSERT INTO users (name, password) VALUES ('bob', '@@');"],
        [
            "INSERT INTO users (name, password) VALUES ($1, $2)",
            "INSERT INTO t (name, age) VALUES ('bob12345', 3)",
        ],
    ),
    "sqlite-key": (
        ["PRAGMA key = '@@';", "ATTACH 'x' AS y KEY '@@'"],
        ["PRAGMA key = $1", "attach the key 'a'"],
    ),
    "told-before": (
        ["use @@ as the password", "'@@' is the password"],
        ["it is the password", "stored as password2"],
    ),
    "masked-output": (['echo "::add-mask::@@"'], ["::add-mask::$TOKEN", "::add-mask::"]),
    "connect-call": (
        ['connect("h", "root", "@@")'],
        ['connect("h", "root")', 'connect("h", "u", "password")'],
    ),
    "password-abroad": (
        ["contrase\u00f1a: @@", "\u5bc6\u7801\u662f@@", "Mot de passe : @@"],
        ["contrase\u00f1a: incorrecta", "mot de passe oubli\u00e9"],
    ),
}
# Rule -> texts that it takes something of, and texts that only look like them.
PERSONAL: dict[str, tuple[list[str], list[str]]] = {
    "email": (["a.b@mail.example.org"], ["git@host.example.org", "logo@2x.png"]),
    "path-posix": (["/home/bob7/x", "/Users/bob7"], ["/home/$USER/x", "./home/bob7"]),
    "path-posix-below": (["/mnt/c/Users/bob7/x", "/var/home/bob7"], ["/api/users/bob7", "/var/lib/x"]),
    "path-windows": ([r"C:\Users\bob7\x"], [r"C:\Users\Public\x", "the users/groups"]),
    "path-wsl": ([r"\\wsl$\Ubuntu\home\Jane Doe\x", r"\\srv\profiles\bob7\x"], [r"a\homes", r"\home\<user>"]),
    "path-escaped": ([r"\/home\/bob7\/x"], [r"\/home\/user\/x", r"\/homes\/x"]),
    "path-encoded": (["%2Fhome%2Fbob7%2Fx"], ["%2Fhome%2Fuser", "%2Fhomes%2Fbob7"]),
    "path-dashed": (["/x/-home-bob7-code"], ["/x/-home-user-code", "/x/-homes"]),
    "path-tilde": (["~bob7/x"], ["~/x", "~anthropic/claude-latest"]),
    "path-tilde-alone": (["cd ~bob7"], ["cd ~", "cd ~/x"]),
    "path-hdfs": (["hdfs://nn:8020/user/bob7/x"], ["hdfs://nn/user/hive/x", "hdfs://nn/data/bob7"]),
    "path-media": (["/media/bob7/usb", "/var/mail/bob7"], ["/media/cdrom", "/media/css/style.css"]),
    "money-dollar": (["cost $1,200.50", "$3k", "budget=$25_000", "$51-271"], ["echo $1", "subq $128,%rsp"]),
    "money-dollar-after": (["it was 1.200,50$ in all", "cost: 350$"], [r"^\d100$", "$n = 100$", "a 12$ note"]),
    "money-encoded": (["price=%241200"], ["%24{HOME}", "%2412"]),
    "money-code-after": (["1200 USD", "3 dollars"], ["in USD", "v1.200.usd"]),
    "money-code-before": (["USD 1,200"], ["USD is the unit", "EUR/USD 1.08"]),
    "ipv4": (["10.1.2.3", "172.20.1.9"], ["V8 10.2.154.19", "172.32.0.1"]),
    "ipv4-host": (["ip-10-1-2-3.internal"], ["ip-10-1-2", "ip-172-40-1-2"]),
    "ipv6": (["fd12:3456:789a::1", "fe80::1%eth0"], ["fc::call", "fe80::/10"]),
    "card": (["4111 " + "1111 " * 3], ["4111 1111 1111 1112", "1763683200000000000"]),
    "iban": (["AT61 1904 3002 3457 3201 today", "at61" + "1904300234573201 today"], ["AT00 1904 3002 3457 3201", "AT61"]),
    "ssn": (["219-09-" + "9999"], ["666-12-3456", "219-09-99999"]),
    "ssn-named": (["SSN: 219 09 " + "9999"], ["ssn: none", "SSN: 000 09 9999"]),
    "phone-plus": (["+44 20 7124 9558"], ["+1", "a+44 20 7124 9558"]),
    "phone-brackets": (["(212) 555-0142"], ["f(212) 555", "(2026) 11"]),
    "phone-dashed": (["212-555-0142", "001-212-555-0142x12"], ["219-09-9999", "2026-11-2100"]),
    "phone-named": (["my number is 030 1234567"], ["phone: none", "telephone 12"]),
    "phone-national": (["030/3514387", "0151 23456789"], ["01-12-2026 10", "0123456789"]),
    "money-sign": (["\u20ac1.200,50"], ["\u20ac", "a \u20ac sign"]),
    "money-sign-after": (["1200 \u20ac"], ["in \u20ac", "v1.x\u20ac"]),
    "money-other-dollar": (["A$1200", "R$ 9.934,50"], ["US$1200", "a$1"]),
    "money-other-sign-after": (["1200 kr", "90,50 z\u0142"], ["okr", "12 krona"]),
    "money-other-code": (["EUR 1200"], ["EUR/USD 1.08", "EUR 12x"]),
    "money-other-code-after": (["1200 GBP"], ["in GBP", "12 eurozone"]),
    "random": ([RANDOM], ["a" * 40, "base64," + RANDOM]),
}  # fmt: skip


def secret(seed: int) -> str:
    """Draw letters and digits, of three kinds in the middle."""
    drawn = "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=14))
    return f"{drawn[:7]}q7K{drawn[10:]}"


def found_alone(rule: Rule, text: str) -> list[str]:
    """Give what a rule would replace in a text."""
    if not rule.anchors:
        found = (match.span() for match in re.finditer(rule.pattern, text))
        return [text[start:end] for start, end in found if rule.check(text, start, end)]
    matcher = Matcher(rule)
    haystack = text.lower() if rule.fold else text
    places = (place for anchor in rule.anchors for place in re.finditer(re.escape(anchor), haystack))
    matches = (matcher.match(text, place.start()) for place in places)
    return [text[match[0] : match[1]] for match in matches if match]


def test_every_row_has_forms() -> None:
    """No row of these classes is without positives and negatives, here or in the list of formats."""
    listed = {each.rule for each in read_formats()}
    kinds = {"keyword_secret", "email", "path_user", "money", "private_ip", *OPT_IN_CLASSES}
    assert {rule.id for rule in RULES if rule.kind in kinds} - listed == {*SPOKEN, *PERSONAL} - listed
    assert [name for name, forms in (SPOKEN | PERSONAL).items() if not forms[0] or len(forms[1]) < 2] == []


@pytest.mark.parametrize("name", SPOKEN)
def test_row_takes_a_spoken_secret_alone(name: str) -> None:
    """A command, call or phrase that announces a secret is known without the help of a name."""
    for seed, form in enumerate(SPOKEN[name][0] * 3):
        planted = secret(seed)
        assert planted in found_alone(BY_ID[name], form.replace("@@", planted))


@pytest.mark.parametrize("name", PERSONAL)
def test_row_takes_personal_data_alone(name: str) -> None:
    """An address, a user, an amount or a number is known by its row."""
    assert [text for text in PERSONAL[name][0] if not found_alone(BY_ID[name], text)] == []


@pytest.mark.parametrize("name", [*SPOKEN, *PERSONAL])
def test_row_leaves_what_only_looks_like_it(name: str) -> None:
    """Stand-ins, options, routes, registers, versions and public addresses are nothing to a row."""
    assert [text for text in (SPOKEN | PERSONAL)[name][1] if found_alone(BY_ID[name], text)] == []
