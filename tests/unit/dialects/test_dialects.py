"""What the attributes of other instrumentations' spans say of a call."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage import semconv
from otel_usage.dialects import concerns, generative, read
from otel_usage.records import Flag, UsageRecord
from otel_usage.token_usage import TokenUsage

SCOPE = "opentelemetry.util.genai.handler"
CHAT: dict[str, Any] = {"gen_ai.operation.name": "chat"}


def call(**attributes: Any) -> UsageRecord:
    """The call of attributes, whose dots are written as ``__``."""
    record = read(SCOPE, {**CHAT, **{name.replace("__", "."): value for name, value in attributes.items()}})
    assert record is not None
    return record


def test_the_newer_names_are_read() -> None:
    """As OpenTelemetry's own instrumentations write them now."""
    record = read(
        SCOPE,
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "gcp.vertex_ai",
            "gen_ai.request.model": "gemini-2.5-pro",
            "gen_ai.response.model": "gemini-2.5-pro-001",
            "gen_ai.response.id": "r-1",
            "gen_ai.response.time_to_first_chunk": 0.25,
            "gen_ai.conversation.id": "c-1",
            "gen_ai.agent.name": "writer",
            "gen_ai.usage.input_tokens": 100,
            "gen_ai.usage.output_tokens": 20,
            "gen_ai.usage.cache_read.input_tokens": 30,
            "gen_ai.usage.cache_write.input_tokens": 40,
            "gen_ai.usage.reasoning.output_tokens": 5,
            "openai.response.service_tier": "flex",
            "otel_usage.job.id": "j-1",
        },
    )
    assert record == UsageRecord(
        id="",
        start=0,
        source="live",
        provider="vertex",
        operation="chat",
        request_model="gemini-2.5-pro",
        response_model="gemini-2.5-pro-001",
        response_id="r-1",
        service_tier="flex",
        usage=TokenUsage(input=100, output=20, cache_read=30, cache_write_5m=40, reasoning=5),
        agent="writer",
        session_id="c-1",
        job_id="j-1",
        time_to_first_chunk=250_000_000,
    )


def test_the_older_names_are_read() -> None:
    """Of several generations."""
    record = call(
        gen_ai__system="az.ai.openai",
        gen_ai__usage__prompt_tokens=100,
        gen_ai__usage__completion_tokens=20,
        gen_ai__usage__cache_creation__input_tokens=40,
        gen_ai__openai__response__service_tier="default",
    )
    assert (record.provider, record.service_tier) == ("azure", "default")
    assert record.usage == TokenUsage(input=100, output=20, cache_write_5m=40)


def test_of_two_generations_on_one_span_the_newer_holds() -> None:
    """An instrumentation in transition writes both."""
    record = call(
        gen_ai__system="openai",
        gen_ai__provider__name="azure.ai.openai",
        gen_ai__usage__prompt_tokens=1,
        gen_ai__usage__input_tokens=100,
    )
    assert (record.provider, record.usage.input) == ("azure", 100)


def test_what_was_written_to_a_cache_is_told_apart_by_its_time() -> None:
    """The anthropic client says both parts beside their sum; without them it is five minutes, less a known hour."""
    client = "anthropic.usage.cache_creation.ephemeral"
    base = {**CHAT, "gen_ai.usage.input_tokens": 1_000, "gen_ai.usage.cache_write.input_tokens": 700}
    parts = {f"{client}_5m_input_tokens": 300, f"{client}_1h_input_tokens": 400}
    for attributes in ({**base, **parts}, {**base, f"{client}_1h_input_tokens": 400}):
        record = read("com.anthropic.sdk.python", attributes)
        assert record is not None
        assert record.usage == TokenUsage(input=1_000, cache_write_5m=300, cache_write_1h=400)


@pytest.mark.parametrize(("short", "convention"), semconv.PROVIDERS.items())
def test_every_provider_of_the_conventions_gets_its_short_name(short: str, convention: str) -> None:
    """Reports have the short one."""
    assert call(gen_ai__provider__name=convention).provider == short


@pytest.mark.parametrize(
    ("given_name", "short"),
    [
        ("xai", "x-ai"),
        ("mistralai", "mistral"),
        ("vertex_ai", "vertex"),
        ("OpenAI", "openai"),
        ("new", "new"),
    ],
)
def test_older_and_unknown_names_of_providers(given_name: str, short: str) -> None:
    """What no table knows is the short name itself."""
    assert call(gen_ai__system=given_name).provider == short


def test_a_cache_larger_than_the_input_is_flagged() -> None:
    """Then the input cannot have counted it, whatever the convention says."""
    record = call(gen_ai__usage__input_tokens=10, gen_ai__usage__cache_read__input_tokens=90)
    assert (record.usage.input, record.flags) == (100, (Flag.INPUT_INFERRED,))


@pytest.mark.parametrize(
    "operation", ["invoke_agent", "execute_tool", "create_agent", "fetch_response", "", None, 7]
)
def test_only_inferences_are_calls(operation: object) -> None:
    """The spans of agents and workflows carry sums."""
    assert read(SCOPE, {"gen_ai.operation.name": operation, "gen_ai.usage.input_tokens": 5}) is None


def test_a_span_of_an_unknown_scope_is_told_by_its_names() -> None:
    """Any application may follow the conventions; one that does not is none of ours."""
    assert read("my.app", CHAT) is not None
    assert read("my.app", {"http.request.method": "GET"}) is None


def test_what_concerns_us() -> None:
    """Our own scope, that of a known instrumentation, or an attribute's name."""
    assert concerns("otel_usage", ())
    assert concerns("opentelemetry.instrumentation.openai_v2", ())
    for name in ("gen_ai.system", "llm.model_name", "traceloop.entity.input", "openinference.span.kind"):
        assert concerns("my.app", ("http.route", name))
        assert generative(name)
    assert not concerns("opentelemetry.instrumentation.httpx", ("http.route", "url.full"))


@given(
    st.dictionaries(
        st.sampled_from([value for value in vars(semconv).values() if isinstance(value, str)]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=5),
            st.binary(max_size=5),
            st.tuples(st.integers(), st.text(max_size=5)),
            st.dictionaries(st.text(max_size=3), st.integers()),
        ),
    )
)
def test_nothing_that_stands_in_an_attribute_raises(attributes: dict[str, Any]) -> None:
    """What an instrumentation writes has any type; counts that are none are left out."""
    record = read(SCOPE, {**attributes, **CHAT})
    assert record is not None
    assert record.usage.input is None or record.usage.input >= 0


def test_the_server_that_was_called_is_read() -> None:
    """The conventions have it as a host."""
    assert call(server__address="localhost", server__port=11434).server_address == "localhost"
    assert call().server_address is None
