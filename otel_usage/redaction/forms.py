r"""Forms that take more than a row: files of private keys, headers, addresses with a password.

They are written with ``(?x)``, so that a blank in a text is ``\ ``. Each begins at the anchor of its row.
"""

from __future__ import annotations

__all__ = [
    "AUTHORIZATION",
    "BEARER",
    "COOKIE_JAR",
    "COOKIE_PAIR",
    "JWK",
    "JWT",
    "MNEMONIC",
    "PEM",
    "PEM_TAIL",
    "PEM_TAIL_BEFORE",
    "PUTTY",
    "URL_ENCODED_USERINFO",
    "URL_NAMELESS",
    "URL_USERINFO",
    "URL_USERINFO_SLASH",
]

# What may stand between the lines of a key: line breaks, also escaped or encoded; quotes, commas and signs of strings
# that are joined; marks of comments, quotations and differences; numbers, names and colours before a line.
_BETWEEN = r"""(?: [\s>|"'+,`#*;] | -(?!-) | //(?=\s) | \\{1,8}[nrt"]? | %0[aAdD] | %20 | <br\ ?/?>
  | \d{1,7}[\t:|\u2192] | [bfruBFRU](?=["']) | E(?=\ {2}) | [\w./-]{1,40}+\ {0,4}[:|] | \x1b\[[\d;]{0,12}m )"""
_RUN = r"(?: (?: [A-Za-z0-9+/] | %2[bBfF] ){16,}+ (?: = | %3[dD] ){0,2} )"
_SHORT_RUN = r"(?: [A-Za-z0-9+/]{1,76}+ ={0,2} )"
_BLANK = r"(?: [\ +] | %20 )"
_KIND = rf"(?: (?: [A-Z0-9]{{1,12}} {_BLANK} ){{0,4}} PRIVATE {_BLANK} KEY (?: {_BLANK} BLOCK )? | OpenVPN {_BLANK} Static {_BLANK} key {_BLANK} V1 )"
_END = rf"-{{4,6}} {_BLANK}? END {_BLANK} {_KIND} {_BLANK}? -{{0,6}}"
_HEADER = r"(?: (?: [\s>|] | \\{1,8}[nr] ){1,40} [A-Za-z][A-Za-z0-9-]{1,30}: \ [^\n\\]{0,200} )"

PEM = rf"""(?x)
    -{{4,5}} {_BLANK}? BEGIN {_BLANK} {_KIND} {_BLANK}? -{{4,5}}
    {_HEADER}{{0,8}}
    (?: {_BETWEEN}{{0,80}}+ {_RUN} )*+
    (?: {_BETWEEN}{{0,80}}+ {_SHORT_RUN} (?= \W{{0,80}} (?: -----END | $ ) ) )?   # the last line
    (?: {_BETWEEN}{{1,80}}+ =[A-Za-z0-9+/]{{4}} )?                              # the checksum of PGP
    (?: {_BETWEEN}{{0,80}}+ {_END} )?
"""
"""A private key from its first line on, cut off or not (RFC 7468, RFC 4880)."""

PEM_TAIL = rf"(?x) {_END}"
"""The last line of a key whose first is missing."""

# The same, read from right to left: an escaped line break is then an "n" before its backslash.
_REVERSED_BETWEEN = (
    r"(?: [\s>|\"'+,`#*] | -(?!-) | [nrt\"]\\{1,8} | [aAdD]0% | [\t:|\u2192]\d{1,7} ){1,80}+ ={0,2}"
)
_REVERSED = r"(?: (?![nrt]\\) [A-Za-z0-9+/] )"
PEM_TAIL_BEFORE = rf"""(?x)
    (?: {_REVERSED_BETWEEN} {_REVERSED}{{1,39}}+ )?
    (?: {_REVERSED_BETWEEN} {_REVERSED}{{40,80}}+ ){{1,120}}
    (?: {_REVERSED_BETWEEN} {_REVERSED}{{16,39}}+ )?
"""
"""The lines before it."""

PUTTY = rf"(?x) Private-Lines:\ \d{{1,4}} (?: {_BETWEEN}{{1,80}}+ {_RUN} ){{1,200}}+"
"""The private part of a PuTTY key file."""

_SCHEME = r"""(?: bearer | basic | token | digest | apikey | api-key | negotiate | ntlm | aws4-hmac-sha256 | sharedkey
  | sharedaccesssignature | key | bot | ghost | splunk | ssws | genie\ ?key | zoho-oauthtoken | klaviyo-api-key | discogs
  | mac | hawk | dpop | oauth )"""
_JOINED = r"(?: [\"'`] \s{0,4} [+.,] \s{0,4} [\"'`] )"

_PARAMETER = r"""(?: [a-z_]{2,24} = \\{0,8} " [^"\n\\]{0,600} \\{0,8} " (?: ,\s{0,4} )? )"""

AUTHORIZATION = rf"""(?x)
    authorization \\{{0,8}}["'`]? \]? \s{{0,4}} (?: [:=,] | => | %3a ) \s{{0,4}}
    (?: [bfru]{{0,2}} \\{{0,8}} ["'`] )?
    (?: (?: {_SCHEME} | [a-z][\w-]{{1,30}} ) (?: [\ \t:+]{{1,4}} | %20 ) {_JOINED}? )?
    (?: \\{{0,8}} ["'] )?
    (?! x-[a-z]{{2,8}}- )                                          # a list of headers
    (?P<v> {_PARAMETER}{{2,20}}+ | [^\s"'`\\<>{{}}\[\]()$,;\x00]{{4,2000}}+ )
"""
"""An ``Authorization`` header as a line, a map's entry, an argument or an assignment (RFC 9110, section 11.6.2)."""

BEARER = r"""(?x)
    bearer (?: \\?["'`]? [\ \t+]{1,4} | %20 | [:,]\s{0,4} | \s{0,2}["'`],\s{0,4}["'`] ) ["'`]?
    (?P<v> [A-Za-z0-9_~+/.%=-]{8,4096} )
"""
"""A bearer token after its word (RFC 6750)."""

COOKIE_PAIR = r"""(?x)
    [a-z_]{3,12} [\w.-]{0,32} (?: = | \\{0,4}["']\s{0,2}:\s{0,2}\\{0,4}["'] )
    (?P<v> [^\s;,&="'<>\\\x00]{12,2048} ={0,2} )
"""
"""A cookie's name and value (RFC 6265)."""

_TAB = r"(?: \t | \\t )"
COOKIE_JAR = rf"(?x) {_TAB} (?: TRUE | FALSE ) {_TAB} \d{{1,12}} {_TAB} [\w.:%+-]{{1,64}} {_TAB} (?P<v> [^\s\"'\\]{{8,4096}} )"
"""A line of a file of cookies from its flag "secure" on (curl's manual)."""

_QUOTE = r"\\{0,8}\""
_COLON = r"(?: \s{0,4} : \s{0,4} )"
JWK = rf"(?x) {_QUOTE} [dk] {_QUOTE} {_COLON} {_QUOTE} (?P<v> [\w-]{{42,2048}}+ (?: {_QUOTE} \s{{0,4}} , \s{{0,8}} {_QUOTE} (?: d[pq] | p | qi? ) {_QUOTE} {_COLON} {_QUOTE} [\w-]{{42,2048}}+ ){{0,5}} ) (?= {_QUOTE} )"
"""The private or symmetric members of a JSON Web Key (RFC 7517, RFC 7518)."""

MNEMONIC = r"""(?x)
    (?: mnemonic | phrase ) \W{1,12} (?: is \W{1,4} )?
    (?P<v> (?: (?! (?: the | and | for | with | from | are | was )\  ) [a-z]{3,8}\  ){11,23} [a-z]{3,8} )
"""
"""Twelve to twenty-four words that a wallet is made from."""

JWT = r"""(?x)
    eyJ [\w-]{10,4096}+ (?:
        (?: \. | %2[eE] ) [\w-]{2,}+ (?: (?: \. | %2[eE] ) [\w-]*+ ){0,3}   # what matched is not read again
      | \. (?: \.[\w-]{16,}+ ){1,3}                                         # an empty part
    )
"""
"""A signed or encrypted token of two to five parts (RFC 7519, RFC 7516)."""

_LOGIN = r"[^\s/?#@:\"'<>\\]{0,128}"
URL_USERINFO = rf"(?x) :// {_LOGIN} : (?P<v> (?!\[) [^\s/\"'<>\\\x00]{{1,512}} ) @"
"""An address with a name and a password (RFC 3986, section 3.2.1)."""

URL_USERINFO_SLASH = (
    rf"(?x) :// {_LOGIN} : (?P<v> (?![\[\d]) [^\s@\"'<>\\\x00]{{1,128}} ) @ [\w.-]{{1,128}} [:/]"
)
"""The same with a slash in the password that should have been encoded."""

URL_NAMELESS = r"(?x) :// (?P<v> [A-Za-z0-9_-]{16,256} | [^\s/:@\"'<>\\]{4,256}(?=:x-oauth-basic@) ) (?: :x-oauth-basic )? @"
"""An address with a token in the place of a name."""

_ENCODED = r"(?: [^\s/?#@\"'<>&%\\] | %(?!3a|40|2f) )"
URL_ENCODED_USERINFO = rf"(?x) %3a%2f%2f {_ENCODED}{{0,128}}+ %3a (?P<v> {_ENCODED}{{1,256}}+ ) %40"
"""An address with a password, percent-encoded."""
