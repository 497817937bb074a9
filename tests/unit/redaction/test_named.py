from __future__ import annotations

import base64
import json
import random
import string
import uuid
from typing import TYPE_CHECKING

import pytest

from otel_usage.redaction import redact_text
from otel_usage.redaction.names import NAME_ANCHORS, sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits


def of(rng: random.Random, size: int, letters: str) -> str:
    """Draw letters, of three kinds in the middle, as in any generated secret of some length."""
    drawn = [rng.choice(letters) for _ in range(size)]
    drawn[size // 2 : size // 2 + 3] = "q7K" if letters is not LOWER else "q7k"
    return "".join(drawn)


LOWER = string.ascii_lowercase + string.digits
SECRETS: dict[str, Callable[[random.Random], str]] = {
    "twenty letters and digits": lambda r: of(r, 20, ALNUM),
    "ten lower-case letters and digits": lambda r: of(r, 10, LOWER),
    "symbols": lambda r: "k" + of(r, 12, ALNUM + "!#%^*@+~?") + "Z",
    "base64": lambda r: base64.b64encode(r.randbytes(19)).decode(),
    "hexadecimal": lambda r: r.randbytes(16).hex(),
    "uuid": lambda r: str(uuid.UUID(bytes=r.randbytes(16))),
}
# The form -> a text with the secret at @@.
ASSIGNED = {
    "python": 'password = "@@"',
    "python bytes": "secret_key = b'@@'",
    "python three quotes": 'password = """@@"""',
    "python annotation": 'API_KEY: str = "@@"',
    "python argument": "connect(host='h', user='app', password='@@')",
    "python dict": "{'host': 'h', 'password': '@@'}",
    "python environment": 'os.environ["DB_PASSWORD"] = "@@"',
    "python setdefault": 'os.environ.setdefault("API_SECRET", "@@")',
    "python default": 'os.getenv("DB_PASSWORD", "@@")',
    "python or": 'os.environ.get("DB_PASSWORD") or "@@"',
    "python class": 'password = SecretStr("@@")',
    "python pair": 'auth = HTTPBasicAuth("user", "@@")',
    "javascript": 'const apiKey = "@@";',
    "javascript template": "export const SECRET_KEY = `@@`;",
    "javascript default": "const p = process.env.DB_PASSWORD || '@@';",
    "javascript test": "expect(password).toBe('@@')",
    "typescript": "let password: string = '@@';",
    "go": 'password := "@@"',
    "go field": 'cfg := Config{Password: "@@", Host: "h"}',
    "go environment": 'os.Setenv("DB_PASSWORD", "@@")',
    "java": 'private static final String PASSWORD = "@@";',
    "java properties": 'props.setProperty("db.password", "@@");',
    "java setter": '.setPassword("@@")',
    "kotlin": 'val apiSecret: String = "@@"',
    "c# property": 'public string Password { get; set; } = "@@";',
    "c# verbatim": 'string connPassword = @"@@";',
    "c# credential": 'new NetworkCredential("user", "@@")',
    "rust": 'const API_KEY: &str = "@@";',
    "ruby symbol": ":password => '@@'",
    "ruby key": "password: '@@',",
    "php define": "define('DB_PASSWORD', '@@');",
    "php variable": "$password = '@@';",
    "php array": "$config['db_password'] = \"@@\";",
    "terraform": 'password = "@@"',
    "terraform default": 'variable "db_password" {\n  type    = string\n  default = "@@"\n}',
    "dockerfile env": "ENV DB_PASSWORD=@@",
    "dockerfile env with a space": "ENV DB_PASSWORD @@",
    "dockerfile arg": "ARG NPM_TOKEN=@@",
    "compose list": "environment:\n  - POSTGRES_PASSWORD=@@",
    "compose map": "environment:\n  POSTGRES_PASSWORD: @@",
    "kubernetes pair": "- name: DB_PASSWORD\n  value: @@",
    "kubernetes pair turned": '- value: "@@"\n  name: DB_PASSWORD',
    "kubernetes secret": "kind: Secret\ndata:\n  password: @@",
    "dotenv": "DB_PASSWORD=@@",
    "dotenv quoted": "export API_SECRET='@@'",
    "powershell": '$env:DB_PASSWORD = "@@"',
    "windows": "setx API_TOKEN @@",
    "ini": "[database]\nuser = app\npassword = @@\n",
    "toml": 'password = "@@"',
    "properties": "spring.datasource.password=@@",
    "yaml": "password: @@",
    "yaml block": "password: |\n  @@\n",
    "yaml tag": "password: !!str @@",
    "xml attribute": '<user name="x" password="@@"/>',
    "xml setting": '<add key="Password" value="@@"/>',
    "xml element": "<password>@@</password>",
    "xml named element": '<entry key="db.password">@@</entry>',
    "html field": '<input name="password" type="password" value="@@">',
    "html table": "<td>Password</td><td>@@</td>",
    "connection string": "Server=db;Database=app;User Id=sa;Password=@@;",
    "libpq": "host=localhost user=app password=@@ dbname=x",
    "sql create": "CREATE USER app WITH PASSWORD '@@';",
    "sql identified": "ALTER USER app IDENTIFIED BY '@@';",
    "sql national": "CREATE LOGIN app WITH PASSWORD = N'@@';",
    "sql set": "SET PASSWORD FOR 'app'@'%' = '@@';",
    "option": "tool --password @@",
    "option with equals": "tool --api-key=@@ run",
    "option of mysql": "mysql -u root -p@@ shop",
    "option of sshpass": "sshpass -p '@@' ssh host",
    "option of unzip": "unzip -P @@ a.zip",
    "option of openssl": "openssl enc -pass pass:@@ -in x",
    "piped": "echo @@ | docker login -u bob --password-stdin",
    "piped to sudo": 'echo "@@" | sudo -S ls',
    "login call": "smtp.login('bob', '@@')",
    "connect call": 'mysql.connect("localhost", "root", "@@")',
    "form body": "grant_type=password&username=x&password=@@",
    "query": "https://h.example/x?access_token=@@&next=b",
    "log": 'level=info msg="login" password="@@" user=bob',
    "json": '{"user": "x", "password": "@@"}',
    "json escaped": '\\"password\\":\\"@@\\"',
    "json pair": '{"key": "DB_PASSWORD", "value": "@@"}',
    "netrc": "machine h login bob password @@",
    "npm": "//registry.example/:_authToken=@@",
    "redis": "requirepass @@",
    "markdown": "- **Password:** @@",
    "markdown code": "**Password**: `@@`",
    "markdown table": "| password | @@ |",
    "csv": "user,password\nbob,@@",
    "two words": "API key: @@",
    "spanish": "contrase\u00f1a: @@",
    "german": "Passwort: @@",
    "chinese": "\u5bc6\u7801\uff1a@@",
    "short name": "pw: @@",
    "r": 'password <- "@@"',
    "go bytes": 'var Secret = []byte("@@")',
    "brackets over lines": 'password = (\n    "@@"\n)',
    "line that goes on": 'password = \\\n    "@@"',
    "here-document": "PASSWORD=$(cat <<EOF\n@@\nEOF\n)",
    "here-document of an action": "DB_PASSWORD<<EOF\n@@\nEOF",
    "here-string": 'read -s PASSWORD <<< "@@"',
    "echo in a substitution": "PASSWORD=$(echo @@)",
    "encrypted property": "password: ENC(@@)",
    "yaml anchor": "password: &pw @@",
    "powershell secure string": '-Password (ConvertTo-SecureString "@@" -AsPlainText)',
    "selenium": 'find_element(By.ID, "password").send_keys("@@")',
    "java comparison": 'password.equals("@@")',
    "c++ braces": 'auto password = std::string{"@@"};',
    "terraform here-document": "password = <<EOT\n@@\nEOT",
    "spring bean": '<property name="dbPassword"><value>@@</value></property>',
    "stack default": "Password:\n    Default: @@",
    "leader dots": "Password.......: @@",
    "sql variable": "DECLARE @pwd NVARCHAR(50) = N'@@';",
    "html entities": "&quot;password&quot;:&quot;@@&quot;",
    "arrow": "password \u2192 @@",
    "device": "username bob password 7 @@",
    "device key": "crypto isakmp key @@ address 8.8.8.8",
    "pair": "creds: bob:@@",
}
TOLD = {
    "is": "the password is @@",
    "is, with a colon": "My password is: @@",
    "for": "The password for the db is @@, ok?",
    "quoted": "my passphrase is '@@'",
    "rejected": "Invalid password '@@' for user bob",
    "changed": "changed password from @@ to another",
}
WRAPS: dict[str, Callable[[str], str]] = {
    "raw": lambda t: t,
    "json": lambda t: json.dumps([{"role": "user", "content": t}]),
    "json in json": lambda t: json.dumps({"arguments": json.dumps({"input": t})}),
    "cut json": lambda t: json.dumps({"arguments": json.dumps({"input": t})})[:-5],
    "traceback": lambda t: f'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: {t}',
}


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("form", [*ASSIGNED, *TOLD])
def test_named_secret_does_not_survive(form: str, wrap: str) -> None:
    """What a name announces is gone from each form of code, configuration, command and prose."""
    for seed, make in enumerate(SECRETS.values()):
        if form in TOLD and make is SECRETS["uuid"]:
            continue
        secret = make(random.Random(seed))
        text = WRAPS[wrap]((ASSIGNED | TOLD)[form].replace("@@", secret))
        out = redact_text(text)
        assert secret not in out
        assert redact_text(out) == out


@pytest.mark.parametrize(
    "form",
    [
        "passphrase: @@",
        "the password is @@",
        'password = "@@"',
        "password is '@@'",
        "passphrase: '@@'",
        "export WIFI_PASSPHRASE='@@'",
    ],
)
def test_password_of_words_does_not_survive(form: str) -> None:
    """Words that were strung together are a password where a sentence would have articles and verbs."""
    rng = random.Random(3)
    for _ in range(20):
        words = " ".join(
            rng.sample(["copper", "violin", "meadow", "lantern", "horse", "staple", "orbit", "canyon"], 4)
        )
        assert words not in redact_text(form.replace("@@", words))


@pytest.mark.parametrize(
    "text", ["the password is @@", "my password is: @@.", "PASSWORD=@@", 'password: "@@"']
)
def test_numeric_password_does_not_survive(text: str) -> None:
    """Six digits are a password where the text says so."""
    digits = "".join(random.Random(5).sample(string.digits, 6))
    assert digits not in redact_text(text.replace("@@", digits))


def test_chain_of_names_is_taken_as_a_whole() -> None:
    """Names assigned to names are no text that anybody writes; what they end with does not survive."""
    secret = of(random.Random(1), 12, ALNUM)
    assert secret not in redact_text("token=" * 30 + secret)


@pytest.mark.parametrize(
    "text",
    [
        "password: str",
        "password: str | None = None",
        "def login(user: str, password: str) -> Token:",
        'password = getenv("DB_PASSWORD")',
        'password = os.environ["DB_PASSWORD"]',
        "const token = process.env.API_TOKEN;",
        'api_key = config.get("api_key")',
        "api_key=self.api_key",
        "apiKey: string;",
        'secret = Secret.from_env("APP_SECRET")',
        "DB_PASSWORD=$DB_PASSWORD",
        'DB_PASSWORD="${DB_PASSWORD:-}"',
        "password: {{ db_password }}",
        'password: <%= ENV["DB_PASSWORD"] %>',
        "password: ${{ secrets.DB_PASSWORD }}",
        "password: !vault |",
        'api_key="YOUR_API_KEY"',
        "token: REPLACE_ME",
        "password: changeme",
        "password=********",
        "Password: Enter your password",
        '"password_label": "Your password",',
        "password must be at least 8 characters long",
        "your password has expired, please reset it",
        "enter password for user postgres:",
        "secretKeyRef:\n  secretName: my-app-secret",
        "existingSecret: redis-credentials",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod-db1-x7",
        "token_type=bearer",
        "max_tokens=4096",
        "completion_tokens=512 prompt_tokens=2048",
        "nextPageToken: string",
        "page_token = response.next_page_token",
        'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")',
        "pad_token_id=50256",
        'eos_token="<|endoftext|>"',
        '"key": "ctrl+shift+down"',
        "sort_key = lambda x: x.name",
        'foreign_key="users.id"',
        "partition_key: tenant_id",
        'cache_key = f"user:{user_id}"',
        "author: Jane",
        "authentication: required",
        "auth_url=https://auth.example.com/token",
        "credentials: same-origin",
        "credentials_file: ~/.aws/credentials",
        "password_file=/run/secrets/db_password",
        "if password == confirm_password:",
        "if (password !== passwordConfirm) {",
        "if skip_auth:\n    use_sigv4 = False",
        'raise ValueError("password is required")',
        "monkey patching",
        "passed=12 failed=3",
        "The key is to stay calm",
        'input[type="password"] { color: red; }',
        '<input type="password" name="password" placeholder="Password">',
        "SELECT password FROM users WHERE id = ?",
        "password VARCHAR(255) NOT NULL",
        '"password": {"type": "string", "minLength": 8}',
        "password: z.string().min(8)",
        "user.password = hash(password)",
        "decoded_secret = base64.b64decode(secret[6:])",
        "user_pass = '%s:%s' % (user, password)",
        'print(f"password={password!r}")',
        "login(user='x', password=password)",
        "api_key=api_key or os.environ.get('API_KEY')",
        'headers = {"Authorization": f"Bearer {token}"}',
        "mysql -u root -p shop",
        "docker run -p 8080:80 nginx",
        'msgstr "Password"',
        'GRANT_TYPE_REFRESH_TOKEN = "refresh_token"',
        '_RECEIVE_MESSAGE_TOKEN = "receive_message"',
        'FORGOT_PASSWORD_ROUTE = "/forgot-password"',
        "Token usage: 1,234 input, 567 output",
        "ANTHROPIC_API_KEY not set",
        "a password is a string of characters",
        "styles = {Token: '#f8f8f2'}",
        '"limit_key": "MaxItems"',
        "the ID of the credential (`vcrd_...`)",
        "identified by `previous_message_id` and kept",
        "you can pass `autospec=some_object` to it",
        "api_key: _AzureApiKeyT | None",
        "echo $REGISTRY_TOKEN | docker login --password-stdin",
        ': "${DB_PASSWORD:?must be set}"',
        "public_key: ed25519",
        "Idempotency-Key: 8b5c0f3a-6c54-4d5c-9b59-2cf2b9e1f0aa",
        '"password": "\u041f\u0430\u0440\u043e\u043b\u044c",',
        "'password' => 'required|string|min:8',",
        "#define GL_BITMAP_TOKEN 0x0704",
        "const uint8_t* CollationKey::getByteArray(int32_t &count) const {",
        "EVP_PKEY *EVP_PKEY_CTX_get0_pkey(EVP_PKEY_CTX *ctx);",
    ],
)
def test_text_that_speaks_of_secrets_is_unchanged(text: str) -> None:
    """Types, references, calls, comparisons, stand-ins, labels and sentences come through, as the same object."""
    assert redact_text(text) is text


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "clientSecret",
        "x-api-key",
        "spring.datasource.password",
        "wifi_psk",
        "ROOT_PW",
        "GH_TOKEN",
    ],
)
def test_name_announces_a_secret(name: str) -> None:
    """A name is known in any spelling, and a literal that is searched for stands in it."""
    assert sensitivity(name)
    assert any(anchor in name.lower() for anchor in NAME_ANCHORS)


@pytest.mark.parametrize(
    "name",
    ["max_tokens", "tokenizer", "author", "monkey", "password_hash", "token_type", "secretName", "passenger"],
)
def test_name_announces_nothing(name: str) -> None:
    """The last word of a name says what it holds."""
    assert sensitivity(name) is None


@pytest.mark.parametrize("value", ["hunter" + "2", "winter" + "7", "pass" + "4dog", "48" + "2913"])
@pytest.mark.parametrize(
    "form",
    [
        "DB_PASSWORD={}",
        "export DB_PASSWORD={}",
        "PGPASSWORD={} psql",
        "POSTGRES_PASSWORD: {}",
        "db.password={}",
        "--password {}",
        "--password={}",
        "the password is {}",
    ],
)
def test_weak_password_goes_where_it_is_assigned(form: str, value: str) -> None:
    """A word with a digit, or a number, is what people choose."""
    assert value not in redact_text(form.format(value))
