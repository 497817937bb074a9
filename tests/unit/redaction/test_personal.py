from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING

import pytest

from otel_usage.redaction import redact_text

if TYPE_CHECKING:
    from collections.abc import Callable

LOWER = string.ascii_lowercase + string.digits


def someone(rng: random.Random) -> str:
    """Make the name of an account."""
    stem = rng.choice(["jsmith", "k.tanaka", "priya_n", "wei.zhang", "svc-deploy", "Lena"])
    return stem + "".join(rng.choice(LOWER) for _ in range(4))


def address(rng: random.Random) -> str:
    """Make a mail address."""
    tag = rng.choice(["", "+tag1", ".dev"])
    domain = rng.choice(
        ["mail.example.org", "startup.ai", "corp.example.co.uk", "xn--bcher-kva.example", "163.com"]
    )
    return f"{someone(rng)}{tag}@{domain}"


def amount(rng: random.Random) -> str:
    """Write an amount of dollars in one of the usual ways."""
    whole, part = rng.randint(200, 9999), rng.randint(10, 99)
    forms = ("${0:,}.{1}", "${0}k", "${0}.{1}K", "US$ {0}", "US${0:,}", "$0.00{1}", "${0}.{1} million")
    more = (
        "{0} USD",
        "USD {0:,}",
        "USD {0}.{1}M",
        "{0:,} dollars",
        "${0}",
        "US$ {0:,}.{1}",
        "${0}bn",
        "${1}_000",
        "$-{0}.{1}",
        "$ {0:,}",
        "{0:,}.{1}$",
        "${1}-{0}",
        "$.{1}",
    )
    return rng.choice(forms + more).format(whole, part)


def private_v4(rng: random.Random) -> str:
    """Make an address of RFC 1918."""
    low, high = rng.randint(0, 255), rng.randint(1, 254)
    first = rng.choice([f"10.{rng.randint(1, 255)}", f"172.{rng.randint(16, 31)}", "192.168"])
    return f"{first}.{low}.{high}"


def private_v6(rng: random.Random) -> str:
    """Make an address of RFC 4193 or a link-local one."""
    a, b, c = (f"{rng.randint(1, 65535):x}" for _ in range(3))
    return rng.choice([f"fd{rng.randint(16, 255):02x}:{a}:{b}::{c}", f"fe80::{a}:{b}%eth0", f"FC00:{a}::{b}"])


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "email": address,
    "path_user": someone,
    "money": amount,
    "private_ip": private_v4,
    "private_ip v6": private_v6,
}
FORMS = {
    "email": [
        "@@", "<@@>", '"Bob Miller" <@@>', "mailto:@@?subject=x", "Author: B M <@@>", "Signed-off-by: B M <@@>",
        "Co-authored-by: B M <@@>", 'git config user.email "@@"', "user=@@&x=1", "[@@](mailto:@@)", "ssh @@ ls",
        "scp a.txt @@:/tmp", "https://user.example/@@", "*@@*", "`@@`", "_@@_", "INSERT INTO u VALUES (1,'@@')",
        "login failed for @@ from 8.8.8.8", "cn=x,mail=@@,dc=y", 'LABEL maintainer="@@"', "<email>@@</email>",
        "serviceAccount:@@", "@@: x", "@@-copy", "to:@@,", "\u3002@@\u3002", "&lt;@@&gt;", "\\u003c@@\\u003e",
    ],
    "path_user": [
        "/home/@@/x.py", "/Users/@@/Documents/a b.txt", "/Users/@@", r"C:\Users\@@\x", r"C:\\Users\\@@\\x",
        "C:/Users/@@/x", r"c:\users\@@", r"D:\Documents and Settings\@@\x", r"\\srv\Users\@@\x",
        r"\\wsl$\Ubuntu\home\@@\x", r"\\wsl.localhost\Ubuntu\home\@@\x", "/mnt/c/Users/@@/x", "/c/Users/@@/x",
        "file:///home/@@/x", "file:///C:/Users/@@/x", "file://localhost/Users/@@/x", "%2Fhome%2F@@%2Fx",
        "C%3A%5CUsers%5C@@%5Cx", "~@@/x", '  File "/home/@@/a.py", line 3, in f', "at f (/Users/@@/p/i.js:1:2)",
        "/home/@@/a.c:12:3: error: x", "docker run -v /home/@@/x:/x", "PATH=/usr/bin:/home/@@/bin", "HOME=/home/@@",
        r"USERPROFILE=C:\Users\@@", '"cwd": "/home/@@/x"', "cd /home/@@ && ls", "-I/home/@@/include",
        "rsync a host:/home/@@/x", "sftp://h/home/@@/x", "vscode-remote://wsl+ubuntu/home/@@/x", "/var/home/@@/x",
        "/mnt/data/home/@@/x", "/Volumes/Macintosh HD/Users/@@/x", "/System/Volumes/Data/Users/@@/x",
        "/run/media/@@/usb", "/var/mail/@@", r"\/home\/@@\/x", "/home/@@: Permission denied", "<p>/home/@@/x</p>",
        "/proj/-home-@@-code", "cd ~@@", "hdfs://nn/user/@@/x", "hdfs dfs -ls /user/@@", "/private/var/home/@@/x",
    ],
    "money": [
        "cost @@", "The invoice is for @@ due Friday.", "budget=@@;", '"price": "@@"', "Total: @@", "(@@)", "-@@",
        "@@/month", "@@ per seat", "from @@ to more", "**@@**", "|@@|", "<td>@@</td>", "amount=@@&x=1",
        "spent @@ on x", "@@!", '\\"price\\":\\"@@\\"', "@@ vs @@", "total_cost_usd=@@", "@@\u2013@@",
    ],
    "private_ip": [
        "@@", "@@:8080", "http://@@/x", "http://@@:8080/x", "[@@]:22", "ssh root@ @@", "subnet @@/24 via eth0",
        '"host": "@@"', "server @@;", "peer @@ is down.", "x-forwarded-for: @@, 8.8.8.8", "@@-@@", "@@.", "redis://@@:6379/0",
        "ip%3D@@", "http%3A%2F%2F@@%3A80", "ip:@@", "dial tcp @@:443: connect: refused", "DNS:@@,IP:@@",
    ],
    "private_ip v6": [
        "@@", "http://[@@]:8080/x", "inet6 @@ scope link", '"host": "@@"', "ping6 @@", "ip:@@", "peer @@ is down",
        "nameserver @@", "@@,@@", "(@@)",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind, forms in FORMS.items() for form in forms])
def test_personal_data_does_not_survive(kind: str, form: str) -> None:
    """Addresses, users, amounts and networks are gone, raw and in JSON, and a second pass changes nothing."""
    for seed in range(12):
        value = MAKERS[kind](random.Random(seed))
        text = form.replace("@@", value)
        for whole in (text, json.dumps({"input": json.dumps([text])})):
            out = redact_text(whole)
            assert value not in out
            assert redact_text(out) == out


HARMLESS = {
    "email": [
        "git@github.com:org/repo.git", "ssh://git@host.example/x", "logo@2x.png", "lodash@4.17.21", "@app.route('/x')",
        "@types/node@18.0.0", "getty@tty1.service", "golang.org/x/net@v0.17.0", "a @ b.T", "q@k.transpose(-2, -1)",
        "x@self.weight", "npm i react@latest", "user@localhost", "root@ubuntu:~#", "actions/checkout@v4",
        "https://medium.com/@user/post", "pkg:maven/org.jboss.logging/jboss-logging@3.6.1.Final", "$1@example.com",
    ],
    "path_user": [
        "/users/me", "/api/v1/users/42", "GET /users/alice/posts", "/home/", "/Users/Shared/x", r"C:\Users\Public\x",
        r"C:\Users\All Users\x", "/home/runner/work", "/home/$USER/x", "/home/<user>/x", "~/projects",
        "https://example.com/home/page", "https://example.edu/~smith/paper", "~anthropic/claude-latest", "/root/x",
        "src/home/index.ts", "$field=~tr/-/_/;", "/media/css/style.css",
        "./home/x", "/home/home.component.ts",
    ],
    "money": [
        "awk '{ sum += $10 }'", "echo $1 $2", r"s/(\d+)/$1/", 'replace(/x/, "$1-$2")', "WHERE id = $1 AND b = $12",
        "$(X)", "$x^2$", "$2x + 3$", "cost is $O(n^2)$", "$('#id')", "$10 = 0x0", "['$11', '$12']", "# Clean up $0 for it",
        "# and $4 gets the brackets", "00024\nDOLLAR SIGN",
        "subq $128,%rsp", '.replace("$10", x)', r"/\d\d100$/",
    ],
    "private_ip": [
        "v10.0.0.1", "version 10.0.0.1", "10.0.0.0/8", "192.168.0.0/16", "fc00::/7", "fe80::/10", "127.0.0.1", "8.8.8.8",
        "192.0.2.1", "203.0.113.7", "2001:db8::1", "1.3.6.1.4.1", "00:1a:2b:3c:4d:5e", "std::fc::x", "section 10.1.2.3",
        "V8 10.2.154.19", "Microsoft.Extensions.Logging 10.0.0.1",
        "bump foo from 10.1.2.3 to 10.1.2.4", "172.15.0.1", "172.32.0.1", "Chrome/10.0.0.1", "libfoo.so.10.0.0.1",
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", [text for texts in HARMLESS.values() for text in texts])
def test_what_only_looks_personal_is_unchanged(text: str) -> None:
    """Packages, decorators, routes, shell parameters, formulas, versions and public addresses come through."""
    assert redact_text(text) is text


@pytest.mark.parametrize(
    ("kind", "text", "secret"),
    [
        ("money_other", "pay \u20ac1.200,50 now", "1.200,50"),
        ("money_other", "1200 EUR in all", "1200"),
        ("phone", "030/3514387 is my office", "3514"),
        ("iban", "pay to AT61 1904 3002 3457 3201 today", "1904"),
        ("phone", "call +44 20 7124 9558", "7124"),
        ("credit_card", "card " + " ".join(["4111"] + ["1111"] * 3), "1111"),
        ("iban", "IBAN " + "DE89" + "370400440532013000", "3704"),
        ("ssn", "ssn: 219-09-" + "9999", "9999"),
    ],
)
def test_opt_in_class_is_replaced_only_when_asked(kind: str, text: str, secret: str) -> None:
    """Classes that cost precision are off by default."""
    assert redact_text(text) is text
    assert secret not in redact_text(text, [kind])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("credit_card", "order 4111111111111112"),
        ("credit_card", "at 1763683200000000000"),
        ("iban", "DE00 3704 0044 0532 0130 00"),
        ("ssn", "666-12-3456"),
        ("ssn", "000-12-3456"),
        ("phone", "2026-11-21 10:15"),
        ("phone", "ISBN 978-3-16-148410-0"),
        ("money_other", "EUR/USD 1.08"),
    ],
)
def test_opt_in_class_checks_its_numbers(kind: str, text: str) -> None:
    """A number without its checksum, range or form is no card, account or person."""
    assert redact_text(text, [kind]) is text
