"""The rules: one row a format, anchored on a literal, bounded, with the document that describes the format.

A row costs nothing until its anchor is seen. To add one: choose the shortest literal that every instance holds, bound
every quantifier, start the pattern at the literal, name the source, run ``make generate``. Patterns are
written from the formats that the providers document or show in their own examples.
"""

from __future__ import annotations

from otel_usage.redaction import forms as f
from otel_usage.redaction import networks
from otel_usage.redaction import personal as p
from otel_usage.redaction import validators as v
from otel_usage.redaction.cloud_keys import CLOUD_KEYS
from otel_usage.redaction.rule import Rule
from otel_usage.redaction.tokens import TOKENS

__all__ = ["RULES"]

# One row a line: the formatter would make eight of each.
# fmt: off
_STRUCTURED = (
    Rule("pem", "private_key", ("-----BEGIN ", "---- BEGIN ", "-----BEGIN%20", "-----BEGIN+"), f.PEM, "RFC 7468; RFC 4880 for PGP", v.pem_body, word=False),
    Rule("pem-tail", "private_key", ("-----END ",), f.PEM_TAIL, "RFC 7468, cut off at its beginning", before=f.PEM_TAIL_BEFORE, reach=10_000, word=False),
    Rule("pem-encoded", "private_key", ("LS0tLS1CRUdJTi",), "LS0tLS1CRUdJTi(?:BSU0Eg|BQUklW|BFQyBQ|BPUEVO|BFTkNS|BEU0Eg|BQR1Ag|BTU0gy|BPcGVu)[A-Za-z0-9+/_-]{20,16000}={0,2}", "RFC 7468 in base64, as in a kubeconfig"),
    Rule("putty", "private_key", ("Private-Lines: ",), f.PUTTY, "PuTTY manual, appendix C", word=False),
    Rule("jwk", "private_key", ('"d"', '"d\\', '"k"', '"k\\'), f.JWK, "RFC 7517: the private parts of a key", v.three_kinds, word=False),
    Rule("mnemonic", "private_key", ("mnemonic", "phrase"), f.MNEMONIC, "BIP 39", fold=True, word=False),
    Rule("jwt", "jwt", ("eyJ",), f.JWT, "RFC 7519, RFC 7516"),
    Rule("jwt-header", "jwt", ("eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi"), r"eyJ(?:hbGci|0eXAi|raWQi|lbmMi)[\w-]{8,2048}", "RFC 7519, cut off in its first part"),
    Rule("jwt-encoded", "jwt", ("ZXlK",), r"ZXlK[A-Za-z0-9+/_-]{40,16000}={0,2}", "RFC 7519 in base64, as in a Kubernetes secret"),
    Rule("paseto", "jwt", (".local.", ".public."), r"\.(?:local|public)\.[\w-]{40,8192}+(?:\.[\w-]{4,2048})?", "github.com/paseto-standard", before="[1-4]v"),
    Rule("bearer", "auth_header", ("bearer",), f.BEARER, "RFC 6750", v.two_kinds, fold=True),
    Rule("basic", "auth_header", ("basic",), r"basic(?:[ \t+]{1,4}|%20)(?P<v>[A-Za-z0-9+/_-]{10,1024}={0,2})(?![\w.])", "RFC 7617", v.basic_pair, fold=True),
    Rule("aws-header", "auth_header", ("AWS4-HMAC-SHA256",), r"AWS4-HMAC-SHA256\s{1,4}(?P<v>Credential=[^\s,\"']{16,200}(?:,\s{0,4}\w{4,16}=[^\s,\"']{1,600}){0,3})", "docs.aws.amazon.com: Signature Version 4"),
    Rule("authorization", "auth_header", ("authorization",), f.AUTHORIZATION, "RFC 9110, section 11.6.2", v.two_kinds, fold=True),
    Rule("digest", "auth_header", ("response=",), r"response=\\{0,8}\"(?P<v>[0-9a-f]{32,64})", "RFC 7616", fold=True),
    Rule("cookie-pair", "auth_header", ("sess", "sid", "csrf", "xsrf", "auth", "token", "__host-", "__secure-", "connect.", "clearance"), f.COOKIE_PAIR, "RFC 6265", v.cookie_value, fold=True, word=False),
    Rule("cookie-named", "auth_header", ("sessid=", "sessionid=", "_session=", "connect.sid=", "cf_clearance=", "session-token=", ".aspxauth="), r"[\w.-]{5,16}=(?P<v>[^\s;,&=\"'<>\\\x00]{16,2048}={0,2})", "names of session cookies in PHP, Jakarta, ASP.NET, Express, Rails and Laravel", v.two_kinds, fold=True, word=False),
    Rule("cookie-jar", "auth_header", ("\tTRUE\t", "\tFALSE\t", r"\tTRUE\t", r"\tFALSE\t"), f.COOKIE_JAR, "curl's manual: file of cookies", v.two_kinds, word=False),
    Rule("header-named", "auth_header", ("x-honeycomb-team", "x-jfrog-art-api", "x-trackertoken", "x-ovh-consumer"), r"x-[a-z-]{8,20}\\{0,8}[\"'`]?\s{0,4}[:=,]\s{0,4}\\{0,8}[\"'`]?(?P<v>[\w.+/=-]{16,512})", "docs.honeycomb.io, jfrog.com/help, pivotaltracker.com: headers without a word for a key", v.two_kinds, fold=True),
    Rule("curl-user", "auth_header", ("-u", "--user", "--proxy-user", "-U"), r"(?<=\s)(?:-[uU]|--(?:proxy-)?user)[ =]?\\{0,4}[\"']?[^\s:\"'\\/$<{]{1,128}:(?P<v>[^\s\"'\\$<{][^\s\"'\\]{1,256})", "curl's manual, option -u", v.user_option, word=False),
    Rule("basic-flag", "keyword_secret", ("-p", "-a "), r"(?<=\s)-(?:p[\"']?|a [\"']?(?!\$))(?P<v>[^\s\"'\\]{4,128})", "mysql, redis-cli and sshpass manuals", v.filled_in, word=False, reach=180, before=r"\s[^\n|;&]{0,160}(?:lqsym|nimdalqsym|pmudlqsym|bdairam|ilc-sider|ssaphss|pmudlqsym|lqsym|nigol rekcod|nigol namdop|hsognom|hsysqlm|dmclqs|pcb|nigol zjx|a?z7|s?ptth|shx|hx)(?!\w)"),
    Rule("login-flag", "keyword_secret", ("-p ", "-P ", "-w "), r"(?<=\s)-[pPw] [\"']?(?P<v>[^\s\"'\\]{4,128})", "docker login, sshpass, mongosh and sqlcmd manuals", v.filled_in, word=False, reach=180, before=r"\s[^\n|;&]{0,160}(?:nigol rekcod|nigol namdop|ssaphss|hsognom|ognom|dmclqs|pcb|nigol mleh|nigol za|pmudognom|erotserognom|pizn?u?|ddaresu|domresu|hcraespadl|yfidompadl|imaohwpadl|ddapadl)(?!\w)"),
    Rule("identified-by", "keyword_secret", ("identified",), r"identified (?:by|with \w{1,40} (?:by|as))(?: password)?\s{1,8}\\{0,8}[\"']?(?P<v>[^\s\"'`\\;<>]{3,256})", "MySQL and Oracle manuals: CREATE USER", v.quoted_or_secret, fold=True),
    Rule("url-userinfo", "url_credentials", ("://",), f.URL_USERINFO, "RFC 3986, section 3.2.1", v.filled_in, word=False),
    Rule("url-userinfo-slash", "url_credentials", ("://",), f.URL_USERINFO_SLASH, "RFC 3986, with a slash that should have been encoded", v.filled_in, word=False),
    Rule("url-token", "url_credentials", ("://",), f.URL_NAMELESS, "RFC 3986, section 3.2.1; DSN of error trackers", v.two_kinds, word=False),
    Rule("url-encoded-userinfo", "url_credentials", ("%3a%2f%2f",), f.URL_ENCODED_USERINFO, "RFC 3986, percent-encoded", fold=True, word=False),
    Rule("dsn-driver", "url_credentials", ("@tcp(", "@unix("), r"@(?:tcp|unix)\(", "github.com/go-sql-driver/mysql: DSN", before=r"(?P<v>[^\s:\"']{1,128}):(?=\w)", word=False),
    Rule("oracle-login", "url_credentials", ("sqlplus ", "expdp ", "impdp "), r"(?:sqlplus|expdp|impdp) (?:-\w{1,4} ){0,3}[\"']?[\w$#]{1,64}/(?P<v>[^\s@/\"'\\]{3,128})", "docs.oracle.com: SQL*Plus", v.filled_in),
    Rule("signed-address", "url_credentials", ("signature=",), r"signature=(?P<v>[\w~%+/-]{43,1000}={0,2})", "docs.aws.amazon.com/AmazonCloudFront: signed addresses", v.two_kinds, fold=True, word=False),
    Rule("oracle-jdbc", "url_credentials", ("jdbc:oracle:",), r"jdbc:oracle:\w{2,8}:\w{1,64}/(?P<v>[^\s@/\"'\\]{1,128})@", "docs.oracle.com: JDBC thin", fold=True),
)
_SPOKEN = (
    Rule("piped-password", "keyword_secret", ("--password-stdin", "sudo -S", "passwd --stdin"), r"(?:--password-stdin|sudo -S|passwd --stdin)", "manuals of docker, sudo and passwd", v.filled_in, word=False, reach=300, before=r"[^\n|]{0,120}\|\s{0,3}[\"']?(?P<v>[^\s\"'|]{4,128})[\"']?\s{1,3}(?:[\"']?s%[\"']?\s|n-\s)?(?:ohce|ftnirp)"),
    Rule("chpasswd", "keyword_secret", ("chpasswd",), r"chpasswd", "manual of chpasswd", v.filled_in, word=False, reach=200, before=r"\s{0,3}\|\s{0,3}[\"']?(?P<v>[^\s\"':|]{4,128}):[\w.-]{1,32}[\"']?\s{1,3}ohce"),
    Rule("htpasswd", "keyword_secret", ("htpasswd -",), r"htpasswd -\w{0,6}b\w{0,6}\s{1,4}\S{1,80}\s{1,4}[\w.@-]{1,40}\s{1,4}[\"']?(?P<v>[^\s\"']{4,128})", "manual of htpasswd", v.filled_in),
    Rule("net-use", "keyword_secret", ("/user:",), r"/user:[\w\\.@-]{1,64}\s{1,4}(?P<v>[^\s\"'/]{4,128})", "learn.microsoft.com: net use", v.secret_form, fold=True),
    Rule("login-call", "keyword_secret", ("login(", "auth(", "getconnection("), r"(?:login|auth|getconnection)\(\s{0,4}(?:[\w.]{1,40},\s{0,4})?[\"'][^\"'\n]{1,64}[\"'],\s{0,4}[\"'](?P<v>[^\"'\n]{4,128})[\"']", "a call with a name and a password", v.secret_form, fold=True),
    Rule("signing-call", "keyword_secret", ("hmac", "jwt.", "pgp_sym_", "fernet(", "convertto-secure"), r"(?:(?:hmac|jwt\.\w{4,6}|pgp_sym_\w{1,16})\((?:\{[^{}\n]{0,120}\}|[\"'][\w-]{1,16}[\"']|[^\n\"',]{1,120}),\s{0,4}|(?:hmac\.new|fernet)\(\s{0,4}|convertto-securestring\s{1,4}(?:-string\s{1,4})?)b?[\"'](?P<v>[^\"'\n]{6,128})[\"']", "calls whose argument is a key: Node, PyJWT, PostgreSQL, PowerShell", v.secret_form, fold=True, word=False),
    Rule("account-command", "keyword_secret", ("vault login ", "rabbitmqctl ", "net user ", "secret set "), r"(?:vault login|rabbitmqctl (?:add_user|change_password) \S{1,40}|net user \S{1,40}|secret set \w{1,64}(?: --?\w{1,16}[= ]\S{1,64}){0,2} (?:--body|-b))[ =][\"']?(?P<v>[^\s\"'/-][^\s\"']{5,127})", "manuals of vault, rabbitmqctl, net user and gh", v.secret_form, fold=True),
    Rule("mail-login", "keyword_secret", ("AUTH ", "PASS "), r"(?:AUTH [\w.@-]{1,64} |PASS )[\"']?(?P<v>[^\s\"']{6,128})", "RFC 1939, RFC 959; redis.io: AUTH", v.two_kinds, word=False, before=r"(?:\s{1,4}\S{1,64} RESU|(?=\s?$))"),
    Rule("windows-flag", "keyword_secret", ("/p:", "/rp "), r"/r?p[ :][\"']?(?P<v>[^\s\"'=:/\\]{6,128})(?![=:/\\])", "learn.microsoft.com: schtasks; xfreerdp manual", v.two_kinds, fold=True, word=False, before=r"(?=\s|$)"),
    Rule("samba-user", "keyword_secret", ("-U ",), r"(?<=\s)-U [\"']?[\w.\\@-]{1,64}%(?P<v>[^\s\"']{4,128})", "manual of smbclient", v.filled_in, word=False),
    Rule("openssl-key", "keyword_secret", (" -k ",), r" -k [\"']?(?P<v>[^\s\"']{4,128})", "manual of openssl enc", v.secret_form, word=False, reach=180, before=r"[^\n|;&]{0,160}cne lssnepo"),
    Rule("expect-send", "keyword_secret", ('send "',), r"send \"(?P<v>[^\"\s\\]{6,128})\\{1,4}[rn]\"", "manual of expect", v.secret_form),
    Rule("pgpass", "keyword_secret", (":5432:", ":*:"), r":(?:5432|\*):[\w*-]{1,64}:[\w.-]{1,64}:(?P<v>[^\s:\"'\\]{4,128})", "postgresql.org/docs: the password file", v.secret_form, word=False),
    Rule("login-pair", "keyword_secret", ("login", "log in", "creds", "credentials"), r"(?:log ?in(?: with| as)?|cred(?:ential)?s)(?: are| is)?[\"'*]{0,2}(?:\s?[:=]\s{0,3}|\s{1,3})[\"'`]?(?!(?:ids?|files?|paths?|urls?|names?|types?|page|for|in|from|at|on)\b)[a-z][\w.@-]{0,39}[\"'`]?\s{0,2}[/|:]\s{0,2}[\"'`]?(?P<v>[^\s\"'`/|:=()][^\s\"'`=()]{5,127})", "a name and a password as people write them", v.two_kinds, fold=True),
    Rule("snmp-community", "keyword_secret", ("community",), r"community6? [\"']?(?!public\b|private\b)(?P<v>[^\s\"']{4,64})", "RFC 3584; manuals of net-snmp and IOS", v.filled_in, before=r"(?:[ow]r|\srevres-pmns)(?=\W|$)", word=False),
    Rule("snmp-flag", "keyword_secret", ("snmp",), r"snmp\w{3,8}[^\n]{0,40}? -c [\"']?(?!public\b|private\b)(?P<v>[^\s\"']{4,64})", "manuals of net-snmp", v.filled_in),
    Rule("sql-values", "keyword_secret", ("values",), r"values\s{0,4}\((?:[^()\n]{0,200}?,\s{0,4}|\s{0,4})N?'(?P<v>(?=[^'\n]{0,64}\d)(?=[^'\n]{0,64}[A-Za-z])[^'\s]{8,256})'", "SQL: a row with a column for a password", v.filled_in, fold=True, reach=240, word=False, before=r"\s{0,4}\)[^()]{0,120}(?:drow?ss?ap|dwp|dwssap|terces|nekot)[^()]{0,100}\("),
    Rule("sqlite-key", "keyword_secret", ("pragma ", "attach "), r"(?:pragma (?:re|hex)?key\s{0,2}=\s{0,2}|attach [^\n;]{1,80} key )[\"'](?P<v>[^\"'\n]{4,128})", "zetetic.net/sqlcipher", v.filled_in, fold=True),
    Rule("told-before", "keyword_secret", ("is the passw", "as the passw", "as passw"), r"(?:is the|as(?: the)?) passw(?:or)?d", "a sentence that ends with the word", v.two_kinds, fold=True, before=r"\s[\"'`]?(?P<v>[^\s\"'`]{6,128})", reach=132, word=False),
    Rule("masked-output", "keyword_secret", ("::add-mask::",), r"::add-mask::(?P<v>[^\s\"'\\]{4,256})", "docs.github.com: workflow commands", v.filled_in, word=False),
    Rule("connect-call", "keyword_secret", ("connect(", "pdo("), r"(?:connect|pdo)\(\s{0,4}(?:[\"'][^\"'\n]{1,64}[\"']|\$?[\w.]{1,40}),\s{0,4}[\"'][^\"'\n]{1,64}[\"'],\s{0,4}[\"'](?P<v>[^\"'\n]{4,128})[\"']", "a call with host, name and password", v.secret_form, fold=True),
    Rule("password-abroad", "keyword_secret", ("contrase\u00f1a", "mot de passe", "senha", "\u043f\u0430\u0440\u043e\u043b\u044c", "\u5bc6\u7801", "\u5bc6\u78bc", "\u30d1\u30b9\u30ef\u30fc\u30c9", "\ube44\ubc00\ubc88\ud638", "wachtwoord", "has\u0142o", "kennwort", "l\u00f6senord"), r"(?:contrase\u00f1a|mot de passe|senha|\u043f\u0430\u0440\u043e\u043b\u044c|\u5bc6\u7801|\u5bc6\u78bc|\u30d1\u30b9\u30ef\u30fc\u30c9|\ube44\ubc00\ubc88\ud638|wachtwoord|has\u0142o|kennwort|l\u00f6senord)\s{0,3}(?:[:=\uff1a\u662f\u306f\u4e3a]|(?:es|est|\u00e9|e|ist|is|to|\u00e4r)\s)?\s{0,3}[\"'`]?(?P<v>[^\s\"'`<>]{4,128})", "the word for a password in a dozen languages", v.secret_form, fold=True),
)
_USER = r"(?P<v>(?:[^\s\\/:*?\"'<>|,;()\[\]{}$%`&=\x00]|\[(?!REDACTED)){1,64}"
_WIN_SEP = r"(?:\\{1,8}|/{1,2}|%5[cC]|%2[fF])"
_POSIX_USER = _USER + r"(?:(?: [A-Z][\w.'-]{0,40}){1,2}(?=/))?)"
_AMOUNT = r"\d{1,3}(?:[,_]\d{3}){1,6}(?:\.\d{1,8})?|\d{1,15}(?:\.\d{1,9})?"
_SCALE = r"(?:\s?(?:million|billion|trillion|thousand|hundred|mio|mln|bn)\b|\s?(?:mm|[kmb])(?![a-z0-9@.]))?"
_SPACED = r"(?:(?: [\w.'-]{1,40}){1,3}(?=[\\/\"']|%5c))?)"
_CURRENCIES = "eur gbp chf jpy cny inr cad aud sek nok dkk pln brl krw mxn zar czk huf hkd sgd nzd pound rupee yen"
_CURRENCY = r"(?:eur(?:os?)?|gbp|chf|jpy|cny|inr|cad|aud|sek|nok|dkk|pln|brl|krw|mxn|zar|czk|huf|hkd|sgd|nzd|pounds?|rupees?|yen)"

_PERSONAL = (
    Rule("email", "email", ("@", "%40", r"\u0040"), r"(?:@|%40|\\{1,4}u0040)(?:[^\W_](?:[\w-]{0,62}\w)?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![^\W_])", "RFC 5321", p.email, fold=True, before=r"[\w+%-][\w.+%-]{0,63}", word=False),
    Rule("path-posix", "path_user", ("/home/", "/Users/", "/homes/"), r"/(?:home|Users|homes)/{1,2}" + _POSIX_USER, "Filesystem Hierarchy Standard; macOS", p.person, before=r"(?!\.(?![./]))"),
    Rule("path-posix-below", "path_user", ("/home/", "/Users/", "/users/"), r"/(?:home|[Uu]sers)/" + _POSIX_USER, "mounted and remote homes", p.person, before=r"(?:(?:rav(?:/etavirp)?|tropxe|rsu|ataD/semuloV/metsyS|[aA]ta[dD]|sfn|tnm|stenv?|[a-zA-Z](?:/tnm)?|nwod|sfh|gifnoc|emulov|metsys|[\w.-]{1,40}//(?!:)|elif|lru|cpr(?:/tnm)?|e?tsoh(?:/nur)?|[\w .-]{1,40}/semuloV|(?:[\w.-]{1,24}/)?(?:sftoor|toorhc|tnm|vrs|s?pukcab|hctarcs|ertsul|retsulc)|\d{0,2}(?:lov|emulov|ksid|egarots))/|:[a-zA-Z]|[A-Za-z]-|tsohlacol//:elif|[\w+.-]{1,40}//:(?:etomer-edocsv|hss|ptfs))(?![\w.])", word=False),
    Rule("path-windows", "path_user", ("users", "documents and settings"), r"(?:users|documents and settings)" + _WIN_SEP + _USER + _SPACED, "Windows: user profiles", p.person, fold=True, before=r"(?:(?:\\{1,8}|/{1,3}|c5%|f2%)(?::|a3%)?[a-z](?![a-z0-9])|(?:\\{1,8}|/)[\w.$-]{1,60}(?:\\{2,8}|//(?!:))|\\{1,8})", word=False),
    Rule("path-wsl", "path_user", ("\\home", "\\profiles"), r"\\{1,8}(?:home|profiles)\$?\\{1,8}" + _USER + _SPACED, "Windows Subsystem for Linux: \\\\wsl$ shares", p.person, word=False),
    Rule("path-escaped", "path_user", (r"\/home\/", r"\/Users\/"), r"\\{1,4}/(?:home|Users)\\{1,4}/(?P<v>[\w.+@-]{1,64})", "RFC 8259: an escaped solidus", p.person, word=False),
    Rule("path-encoded", "path_user", ("%2fhome%2f", "%2fusers%2f"), r"%2f(?:home|users)%2f(?P<v>[\w.+-]{1,64})", "RFC 3986, percent-encoded", p.person, fold=True, word=False),
    Rule("path-dashed", "path_user", ("/-home-", "/-Users-"), r"/-(?:home|Users)-(?P<v>[A-Za-z0-9_.]{1,64})", "directories that agents name after a project's path", p.person, word=False),
    Rule("path-tilde", "path_user", ("~",), r"~(?P<v>[a-z_][\w.-]{1,31})(?=/(?![\w.-]{0,64}latest\b))", "POSIX shell: tilde expansion", p.person, before=r"(?![\w/.=~])"),
    Rule("path-tilde-alone", "path_user", ("cd ~", "ls ~"), r"(?:cd|ls) ~(?P<v>[^\W\d][\w.-]{1,31})", "POSIX shell: tilde expansion", p.person),
    Rule("path-hdfs", "path_user", ("hdfs",), r"hdfs(?:://[\w.:-]{0,64}| dfs(?: -\w{1,16}){1,3} ?)/user/(?P<v>[\w.-]{1,64})", "hadoop.apache.org: home directories", p.person),
    Rule("path-media", "path_user", ("/media/", "/var/mail/", "/spool/mail/", "/var/spool/cron/crontabs/"), r"/(?:media|var/mail|spool/mail|var/spool/cron/crontabs)/" + _USER + ")(?=/|$|[\\s\"'])", "Filesystem Hierarchy Standard", p.person, before=r"(?:(?:nur|rav)/)?(?![\w.])", word=False),
    Rule("money-dollar", "money", ("$",), r"(?i:(?P<v>(?:us)?\$-?(?:" + _AMOUNT + r"|(?<=us\$)[ \u00a0](?:" + _AMOUNT + r")|(?<=\$) (?:\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,8})?|\d{1,12}\.\d{2,8}|\d{3,12})|\.\d\d)(?![\w.]?\d|\w{0,64}\(|\.[a-z])" + _SCALE + r"(?:(?<=\d\d)[-\u2013]\d[\d,.]{1,16}(?<=\d)(?!\w)" + _SCALE + r")?(?:\s?usd?\b)?\+?))", "CLDR: USD", p.dollars, before=r"(?:[sS][uU])?(?![\w}])", word=False),
    Rule("money-dollar-after", "money", ("$",), r"\$(?![\w({$])", "CLDR: USD as it is written in other languages", p.dollars_after, before=r"(?:\d\d[.,]\d{1,15}|\d{3,15}|\d{3}(?:[,.]\d{3}){0,5}[,.]\d{1,3}|\d\d[.,]\d{3}(?:[.,]\d{3}){0,5}[.,]\d{1,3})(?![\d.,])", word=False),
    Rule("money-encoded", "money", ("%24",), r"%24(?P<v>\d{1,3}(?:(?:%2[cC]|,)\d{3}){1,6}(?:\.\d{1,8})?|\d{1,15}\.\d\d|\d{3,15})(?![\w.]?\d|\w)", "RFC 3986, percent-encoded", word=False),
    Rule("money-code-after", "money", ("usd", "dollar", "bucks", "cents"), r"(?:usd|(?:us )?dollars?|bucks|cents)\b", "ISO 4217: USD", p.currency, fold=True, before=r"(?:\s?su)?[ \u00a0-]{0,2}(?:(?:noillim|noillib|noillirt|dnasuoht|derdnuh|nb|m|k|b)\s?)?[\d,.]{0,24}\d(?![\w.])"),
    Rule("money-code-before", "money", ("usd",), r"usd\s?\$?\s?(?:" + _AMOUNT + r")(?!\d|\.\d)" + _SCALE + r"(?!\w)", "ISO 4217: USD", p.currency, fold=True),
    Rule("ipv4", "private_ip", ("10.", "172.", "192.168.", "169.254.", "100."), r"(?:10|172|192|169|100)\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d|\.\d|-?[a-z]{1,12}\d{0,4}\.(?:jar|tar|zip|whl|deb|rpm)|\.(?:jar|tar|tgz|zip|whl|deb|rpm|dll|exe)\b)", "RFC 1918, 3927, 6598", networks.private_v4, before=r"(?:(?=[0-9A-Fa-f]{2}%)|(?![\w.~^]|\+\d))"),
    Rule("ipv4-host", "private_ip", ("ip-10-", "ip-172-", "ip-192-168-"), r"ip-(?P<v>(?:10|172|192)-\d{1,3}-\d{1,3}-\d{1,3})(?!\d)", "docs.aws.amazon.com: private host names", networks.private_v4),
    Rule("ipv6", "private_ip", ("fc", "fd", "fe8", "fe9", "fea", "feb"), r"(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):(?:[0-9a-f]{0,4}:){1,7}[0-9a-f]{0,4}(?![0-9a-zA-Z:])(?:%[\w.-]{1,16})?", "RFC 4193, RFC 4291", networks.private_v6, fold=True, before=r"(?!:[0-9a-fA-F:])"),
    Rule("card", "credit_card", (), r"(?<![\w.-])(?:[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{1,3})?|3\d{3}[ -]?\d{6}[ -]?\d{5}|[3-6]\d{12,18})(?![\d-]|\.\d)", "ISO/IEC 7812", v.card_number),
    Rule("iban", "iban", (), r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[A-Za-z0-9]{11,30}|[ -][A-Za-z0-9]{4}(?:[ -](?:[A-Z]{4}|(?=[A-Za-z]{0,3}\d)[A-Za-z0-9]{4})){1,6}(?:[ -](?=[A-Za-z]{0,2}\d)[A-Za-z0-9]{1,4})?)(?![A-Za-z0-9])", "ISO 13616", v.iban_checksum),
    Rule("ssn", "ssn", (), r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\d-])", "ssa.gov: number ranges", v.ssn_ranges),
    Rule("ssn-named", "ssn", ("ssn", "social security", "taxpayer id"), r"(?:ssn|social security(?: (?:number|no\.?|#))?|taxpayer id)\W{0,6}(?:is\s|was\s)?\W{0,3}(?P<v>\d{3}[ .-]?\d{2}[ .-]?\d{4})(?!\d)", "ssa.gov: number ranges", v.ssn_ranges, fold=True),
    Rule("phone-plus", "phone", ("+",), r"\+\d{1,3}(?:[ .()/-]{0,2}\d{1,5}){2,6}(?!\d)", "ITU-T E.164", p.phone, before=r"(?![\w)\]])", word=False),
    Rule("phone-brackets", "phone", ("(",), r"\(\+?\d{1,5}\)[ .-]{0,2}\d{2,5}(?:[ .-]?\d{2,6}){0,3}(?!\d)", "national forms", p.phone, before=r"(?![\w)\]])", word=False),
    Rule("phone-dashed", "phone", (), r"(?<![\w.-])(?:(?:\+?1|001)[ .-])?(?:\d{3}-\d{3}-|\d{3}\.\d{3}\.|[2-9]\d\d [2-9]\d\d )\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?![\d.-])", "North American Numbering Plan", p.phone),
    Rule("phone-national", "phone", (), r"(?<![\w.:/-])(?:00[ -]?[1-9]\d{0,2}(?:[ -]\d{1,8}){1,5}|0[1-9]\d{0,3}[ /-]\d{2,8}(?:[ -]\d{2,4}){0,4})(?![\w:/-]|\.\d)", "national forms with a leading zero", p.phone),
    Rule("phone-named", "phone", ("phone", "tel", "mobile", "fax", "whatsapp", "call me", "cell", "number is"), r"(?:telephone|phone|tel|mobile|fax|whatsapp|call me|cell|number is)(?: number| no\.?)?[\"']?\W{0,4}(?:at |on |is )?\W{0,3}(?P<v>\+?\(?\d[\d ()./-]{6,20}\d)(?!\d)", "national forms", p.phone, fold=True),
    Rule("money-sign", "money_other", ( "\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20a9", "\u20bd", "\u20ba", "\u20bf", "\u20ab", "\u20b4", "\u20aa", "\u20a6" ), r"[\u20ac\u00a3\u00a5\u20b9\u20a9\u20bd\u20ba\u20bf\u20ab\u20b4\u20aa\u20a6]\s?\d[\d.,' ]{0,20}(?<=\d)" + _SCALE, "CLDR: currency symbols", word=False),
    Rule("money-sign-after", "money_other", ("\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20bd", "\u20ba"), r"[\u20ac\u00a3\u00a5\u20b9\u20bd\u20ba]", "CLDR: currency symbols", before=r"\s?[\d.,']{0,20}\d(?![\w.])", word=False),
    Rule("money-other-dollar", "money_other", ("a$", "au$", "c$", "ca$", "nz$", "hk$", "s$", "r$", "nt$", "mx$"), r"(?:au?|ca?|nz|hk|s|r|nt|mx)\$\s?(?:\d{2,15}|\d{1,3}(?=[.,]\d))[\d.,]{0,20}(?<=\d)(?!\w)", "CLDR: dollars of other countries, and the real", fold=True),
    Rule("money-other-sign-after", "money_other", ("kr", "z\u0142", "k\u010d"), r"(?:kr|z\u0142|k\u010d)(?!\w)", "CLDR: signs of letters", fold=True, before=r"\s?[\d,.']{0,20}\d(?![\w.])"),
    Rule("money-other-code", "money_other", tuple(_CURRENCIES.split()), _CURRENCY + r"\s?\d[\d.,']{0,20}(?<=\d)(?!\w)" + _SCALE, "ISO 4217", p.currency, fold=True),
    Rule("money-other-code-after", "money_other", tuple(_CURRENCIES.split()), _CURRENCY + r"\b", "ISO 4217", p.currency, fold=True, before=r"[\s-]{0,2}(?:(?:noillim|noillib|m|k)\s?)?[\d,.']{0,24}\d(?![\w.])"),
    Rule("random", "high_entropy", (), r"(?:(?<=django-insecure-)|(?<![A-Za-z0-9+/_-])(?!django-insecure-))[A-Za-z0-9+/_-]{28,512}+={0,2}", "no format: characters alone", v.long_random),
)
# fmt: on

RULES = (*TOKENS, *CLOUD_KEYS, *_STRUCTURED, *_SPOKEN, *_PERSONAL)
"""Every row; values of sensitive names, which have no form of their own, are found by ``assignment``."""
