"""Who makes the calls of a seeded ledger: eight agents of four teams, and the models as they use them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AGENTS", "Agent", "Model"]

_DAY_HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 8, 4, 6, 9, 9, 7, 5, 3, 2, 2, 1, 1, 0)
_NIGHT_HOURS = (0, 4, 9, 9, 4, 1, *(0,) * 18)
_ALL_HOURS = (1,) * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model as an agent uses it.

    Attributes:
        answers_as: The response's model where it is another name.
        input: Median tokens of a first turn; later turns add a sixth of it to what was said before.
        output: Median tokens.
        per_second: Tokens a second.
        reasoning: Largest part of the output that is reasoning.
        cache: ``read`` where a prefix is cached by itself; ``5m`` or ``1h`` where writing it is billed.
        tier: The service tier.
    """

    provider: str
    name: str
    answers_as: str | None = None
    operation: str = "chat"
    input: int
    output: int
    per_second: int = 60
    reasoning: float = 0.0
    cache: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent: whose it is, what it does when, with which models and services.

    Attributes:
        share: Parts of all calls that are its own.
        turns: Least and most calls of a session; (1, 1) is an agent without sessions.
        hours: Weight of each hour (UTC).
        weekend: How busy it is on a weekend day, against a working day.
        prod: Part of its sessions that run in production.
        streams: Part of its calls that are streamed.
        jobs: Whether a session is a job.
        plan: Part of its sessions that a subscription covers.
        api: Service and endpoint that it calls too, and nano-dollars a call, None where nothing says.
    """

    name: str
    team: str
    project: str
    tasks: tuple[str, ...]
    models: tuple[Model, ...]
    share: float
    turns: tuple[int, int]
    hours: tuple[int, ...] = _DAY_HOURS
    weekend: float = 0.15
    prod: float = 1.0
    streams: float = 0.0
    jobs: bool = True
    source: str = "live"
    plan: float = 0.0
    api: tuple[str, str, int | None] | None = None


_SONNET = Model(provider="anthropic", name="claude-sonnet-4-6", input=9_000, output=700, cache="5m")
_OPUS = Model(
    provider="anthropic", name="claude-opus-4-6", input=14_000, output=900, cache="1h", per_second=40
)
_HAIKU = Model(provider="anthropic", name="claude-haiku-4-5", input=2_500, output=120, per_second=140)
_TERRA = Model(
    provider="openai", name="gpt-5.6-terra", input=6_000, output=1_400, reasoning=0.6, cache="read"
)
_GPT_4O = Model(
    provider="openai",
    name="gpt-4o",
    answers_as="gpt-4o-2024-08-06",
    input=1_800,
    output=260,
    cache="read",
    per_second=90,
)
_MINI = Model(provider="openai", name="gpt-4o-mini", input=900, output=150, per_second=110)
_BATCH = Model(provider="openai", name="gpt-4.1-mini", input=3_500, output=400, tier="batch")
_EMBEDDING = Model(
    provider="openai", name="text-embedding-3-small", operation="embeddings", input=600, output=0
)
_PRO = Model(
    provider="google", name="gemini-2.5-pro", input=22_000, output=1_800, reasoning=0.4, cache="read"
)
_FLASH = Model(provider="google", name="gemini-2.5-flash", input=4_000, output=300, per_second=160)
_LOCAL = Model(provider="lmstudio", name="qwen2.5-coder-14b", input=3_000, output=350, per_second=25)
_UNKNOWN = Model(provider="acme", name="nebula-70b", input=2_000, output=300)

# An agent a paragraph, not an argument a line.
# fmt: off
AGENTS = (
    Agent(name="marcus", team="core", project="site", tasks=("build", "build", "review"), models=(_SONNET, _SONNET, _OPUS),
          share=18, turns=(4, 16), prod=0.1, plan=0.2, streams=0.6),
    Agent(name="vera", team="core", project="site", tasks=("review",), models=(_TERRA, _SONNET), share=13, turns=(2, 7),
          prod=0.3, api=("github", "/repos/pulls", None)),
    Agent(name="iris", team="support", project="helpdesk", tasks=("chat",), models=(_GPT_4O, _MINI, _MINI), share=22,
          turns=(1, 6), weekend=0.6, streams=0.9, jobs=False),
    Agent(name="pulse", team="ops", project="platform", tasks=("heartbeat",), models=(_HAIKU,), share=15, turns=(1, 1),
          hours=_ALL_HOURS, weekend=1.0, jobs=False),
    Agent(name="nightly", team="ops", project="platform", tasks=("cron",), models=(_BATCH, _FLASH), share=8, turns=(5, 14),
          hours=_NIGHT_HOURS, weekend=1.0),
    Agent(name="scout", team="research", project="market", tasks=("synthesis",), models=(_PRO, _FLASH), share=10,
          turns=(3, 10), weekend=0.3, prod=0.5, streams=0.3, api=("serpapi", "/search", 15_000_000)),
    Agent(name="gate", team="ops", project="platform", tasks=("gateway",), models=(_GPT_4O, _EMBEDDING, _HAIKU, _UNKNOWN),
          share=8, turns=(1, 4), hours=_ALL_HOURS, weekend=0.7, jobs=False),
    Agent(name="tinker", team="core", project="lab", tasks=("build", "chat"), models=(_LOCAL, _LOCAL, _TERRA), share=6,
          turns=(2, 9), weekend=1.0, prod=0.0, source="cli"),
)
# fmt: on
