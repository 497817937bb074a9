"""The host of a base URL, without what must not be kept."""

from __future__ import annotations

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.usages.servers import host_of


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("localhost", "localhost"),
        ("localhost:11434", "localhost"),
        ("http://localhost:1234/v1", "localhost"),
        ("https://API.OpenAI.com/v1/", "api.openai.com"),
        ("https://user:pass@word@gateway.example.com:8443/v1?key=x#y", "gateway.example.com"),
        ("//host.example.com/v1", "host.example.com"),
        ("host.example.com./v1", "host.example.com"),
        ("http://[::1]:11434/v1", "::1"),
        ("[fe80::1]", "fe80::1"),
        ("fe80::1", "fe80::1"),
        ("10.0.0.5:8000", "10.0.0.5"),
        ("https://münchen.example/v1", "münchen.example"),
        ("", None),
        ("  ", None),
        ("https://", None),
        ("not a host", None),
        (None, None),
    ],
    ids=repr,
)
def test_a_host_is_left_of_whatever_is_given(given: object, host: str | None) -> None:
    """No scheme, no credentials, no port, no path, no query."""
    assert host_of(given) == host


def test_a_clients_base_url_is_taken_as_it_is() -> None:
    """It is an object of the client's."""
    client = openai.OpenAI(api_key="none", base_url="http://user:secret@127.0.0.1:8000/v1")
    assert host_of(client.base_url) == "127.0.0.1"
    client.close()


@given(st.text() | st.integers() | st.binary())
def test_whatever_is_given_is_a_host_or_nothing(given: object) -> None:
    """And reducing it again changes nothing."""
    host = host_of(given)
    assert host is None or host_of(f"[{host}]" if ":" in host else host) in {host, None}
