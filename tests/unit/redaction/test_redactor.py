from __future__ import annotations

import json
from collections import UserDict
from collections.abc import Iterator, Mapping

import pytest

from otel_usage.errors import InvalidValueError
from otel_usage.redaction import MAX_TEXT, Redactor
from otel_usage.redaction.names import sensitivity
from otel_usage.settings import RedactionSettings

ADDRESS = "bob.miller@mail.example.org"
SECRET = "k7Q" + "x9Rt2LmW"


@pytest.fixture
def redactor() -> Redactor:
    """Give a redactor of the default classes."""
    return Redactor(RedactionSettings())


class Broken(Mapping[str, object]):
    """A map that fails when it is read."""

    def __getitem__(self, key: str) -> object:
        raise RuntimeError(ADDRESS)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError(ADDRESS)

    def __len__(self) -> int:
        return 1


class Unprintable:
    """An object without a text."""

    def __str__(self) -> str:
        raise RuntimeError(ADDRESS)


def test_nested_values_are_redacted_with_their_keys(redactor: Redactor) -> None:
    """Maps, sequences, sets and bytes are walked; their kinds stay."""
    value = {ADDRESS: [("to", ADDRESS), {ADDRESS}], "raw": ADDRESS.encode()}
    hidden = "[REDACTED:email]"
    assert redactor.value(value) == {hidden: [("to", hidden), {hidden}], "raw": hidden.encode()}


def test_unchanged_value_is_the_same_object(redactor: Redactor) -> None:
    """Nothing is copied when nothing was found."""
    value = {"model": "gpt-4o", "n": [1, 2.5, None, True], "b": b"\xff\x00"}
    assert redactor.value(value) is value


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "db_password",
        "clientSecret",
        "X-Api-Key",
        "authorization",
        "set-cookie",
        "refresh_token",
        "PGPASSWORD",
        "secret_key_base",
        "aws.secretAccessKey",
    ],
)
def test_sensitive_name_drops_the_whole_value(redactor: Redactor, key: str) -> None:
    """A value under such a name goes whatever it looks like, numbers and nested values too."""
    for value in ("plain words here", 1234, ["a"], {"a": "b"}, b"abc"):
        out = redactor.value({key: value})
        assert isinstance(out, dict)
        assert str(value) not in str(out)
        assert "[REDACTED:" in str(out[key])


@pytest.mark.parametrize(
    "key",
    [
        "max_tokens",
        "tokenizer",
        "author",
        "monkey",
        "keyboard",
        "token_type",
        "password_reset_url",
        "private_key_path",
        "input_tokens",
        "gen_ai.token.type",
        "compass",
        "secretary",
        "key_name",
        "cookie_policy",
        "passenger",
    ],
)
def test_similar_names_keep_their_values(redactor: Redactor, key: str) -> None:
    """Names are judged by segments, not by substrings."""
    assert sensitivity(key) is None
    assert redactor.value({key: "plain"}) == {key: "plain"}


def test_name_in_bytes_announces_as_one_in_letters(redactor: Redactor) -> None:
    """Headers of servers and clients have names in bytes."""
    assert redactor.value({b"authorization": SECRET}) == {b"authorization": "[REDACTED:auth_header]"}
    assert redactor.value([{b"name": b"password", b"value": SECRET.encode()}]) == [
        {b"name": b"password", b"value": b"[REDACTED:keyword_secret]"}
    ]
    assert redactor.value({b"author": SECRET, 7: "seven"}) == {b"author": SECRET, 7: "seven"}


def test_sibling_name_drops_the_value(redactor: Redactor) -> None:
    """The pair form of a header or a variable is read as one assignment."""
    for name in ("password", "X-Api-Key"):
        out = redactor.value({"name": name, "value": SECRET})
        assert SECRET not in str(out)
    assert SECRET not in redactor.text('{"name": "password", "value": "' + SECRET + '"}')


@pytest.mark.parametrize(
    "value", [Broken(), Unprintable(), {"a": Broken()}, [Unprintable()], UserDict(a=Unprintable())]
)
def test_broken_value_fails_closed(redactor: Redactor, value: object) -> None:
    """What cannot be read is replaced and counted, and nothing is raised."""
    assert "[REDACTED:error]" in str(redactor.value(value))
    assert redactor.counts["error"] >= 1


def test_not_a_text_fails_closed(redactor: Redactor) -> None:
    """A caller's mistake does not raise into the caller."""
    assert redactor.text(None) == "[REDACTED:error]"  # type: ignore[arg-type]  # the mistake that is tested


def test_cyclic_and_deep_values_end(redactor: Redactor) -> None:
    """A value that holds itself is cut off."""
    loop: list[object] = [ADDRESS]
    loop.append(loop)
    assert ADDRESS not in str(redactor.value(loop))
    wide: list[object] = [ADDRESS]
    for _ in range(30):
        wide = [wide, wide]
    redactor.value(wide)
    assert redactor.counts["error"] >= 1


def test_oversize_text_is_replaced(redactor: Redactor) -> None:
    """A text over the limit never goes out raw."""
    assert redactor.text("a" * (MAX_TEXT + 1), limit=MAX_TEXT) == "[REDACTED:oversize:65537]"
    assert redactor.counts == {"oversize": 1}


def test_counts_are_taken_and_reset(redactor: Redactor) -> None:
    """Each replacement counts, of a remembered text too."""
    for _ in range(3):
        redactor.text(f"to {ADDRESS}")
    assert redactor.take_counts() == {"email": 3}
    assert redactor.counts == {}


def test_unknown_class_is_refused() -> None:
    """A misspelt class is an error of set-up."""
    with pytest.raises(InvalidValueError):
        Redactor(RedactionSettings(classes=("emails",)))


@pytest.mark.parametrize("times", [1, 2, 6, 7, 2_000])
def test_secrets_that_are_joined_go_and_what_is_around_them_stays(redactor: Redactor, times: int) -> None:
    """Each hides the begin of the next; they are taken as one word where they are many."""
    out = redactor.text("see " + ("dt0s01." + "X2AF139N") * times + " at the end")
    assert out.startswith("see [REDACTED:api_key]")
    assert out.endswith("[REDACTED:api_key] at the end")
    assert "X2AF" not in out


def test_mark_of_a_key_announces_nothing(redactor: Redactor) -> None:
    """A value stays when its key was a secret, which the class of its mark is called after."""
    key = "sk-" + "0a1B2c3D4e5F6g7H8j9K"
    once = redactor.value({key: 7})
    assert once == {"[REDACTED:api_key]": 7}
    assert redactor.value(once) == once
    assert redactor.text(redactor.text(f'{{"{key}": 7}}')) == '{"[REDACTED:api_key]": 7}'


def test_key_whose_lines_stand_in_a_list_goes(redactor: Redactor) -> None:
    """Notebooks keep a text as a list of its lines; the lines beside the key stay."""
    lines = [("k7Qx9Rt2LmW" + str(n) * 5) * 4 for n in range(3)]
    begin, end = (f"-----{word} RSA PRIVATE " + "KEY-----\n" for word in ("BEGIN", "END"))
    source = ["x = 1\n", begin, *(f"{line}\n" for line in lines), end, "y = 2\n"]
    out = redactor.text(json.dumps({"source": source, "n": 7}))
    assert not any(line in out for line in lines)
    assert json.loads(out)["source"][0] == "x = 1\n"
    assert json.loads(out)["source"][-1] == "y = 2\n"
    assert redactor.text(out) == out


def test_private_parts_of_a_json_web_key_go(redactor: Redactor) -> None:
    """By RFC 7518 these are single letters; the public ones stay, and so do such letters in any other object."""
    secret = "k7Q" + "x9Rt2LmWz4" * 4
    key = {"kty": "RSA", "n": "AQAB" * 12, "e": "AQAB", "d": secret, "p": secret, "kid": "one"}
    out = json.loads(redactor.text(json.dumps({"keys": [key], "at": {"d": "plain", "k": "v"}})))
    assert secret not in str(out)
    assert {name: out["keys"][0][name] for name in ("kty", "n", "e", "kid")} == {
        name: key[name] for name in ("kty", "n", "e", "kid")
    }
    assert out["at"] == {"d": "plain", "k": "v"}


def test_token_of_any_length_goes_whole(redactor: Redactor) -> None:
    """A token that carries many groups has tens of thousands of characters."""
    token = "eyJhbGciOiJIUzI1NiJ9.eyJ" + "k7Qx9Rt2" * 5_000 + "." + "LmW4z7Qx" * 10
    assert redactor.text(f"session {token} expired") == "session [REDACTED:jwt] expired"


def test_half_a_letter_that_is_replaced_is_a_neighbour_like_another(redactor: Redactor) -> None:
    """What UTF-8 cannot carry becomes a question mark, with which a query begins."""
    for text in ("\udfffkey=0\x87-B-B", "\udfff" + SECRET, f"key\udfff{ADDRESS}"):
        once = redactor.text(text)
        assert redactor.text(once) == once
