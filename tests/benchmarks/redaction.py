"""Redaction of prompts, each seen once: code and prose of three sizes, with secrets planted, and as JSON; beside other libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.benchmarks import redactors
from tests.benchmarks.figures import Figure, Setup
from tests.benchmarks.prompts import KINDS, Pool, in_json, in_json_in_json, with_secrets
from tests.benchmarks.timing import environment
from tests.data.planting import planted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["measure"]

_PEERS: Final = Path(__file__).parents[2] / ".make/peers/bin/python"
"""Made by ``make bench``, for libraries that this project does not depend on."""
_COUNTS: Final = {1: 100, 10: 50, 100: 5}
"""Texts by size in KB: what the prose that is installed suffices for."""
_GOAL: Final = 3.0
"""Milliseconds for 10 KB."""
_SECONDS: Final = 4.0
"""CPU time after which a slow library is given no further text of a corpus."""


class _Corpus(NamedTuple):
    """Texts of one kind, and others of the kind that come before them to warm up."""

    size: int
    warming: list[str]
    texts: list[str]

    def changed(self, change: Callable[[list[str]], list[str]]) -> _Corpus:
        return _Corpus(self.size, change(self.warming), change(self.texts))


def measure(setup: Setup) -> Iterator[Figure]:
    """The 95th percentile and the throughput of each corpus."""
    corpora = _corpora(setup)
    file = setup.scratch / "prompts.json"
    probe = "\n".join(planted(Random(number)).line for number in range(50))
    plain = {name: {"warming": each.warming, "texts": each.texts} for name, each in corpora.items()}
    file.write_text(json.dumps({"probe": probe, "corpora": plain}), encoding="utf-8")
    ours = _measured("otel-usage", file)
    peers = {}
    if not setup.quick and _PEERS.exists():
        peers = {name: _measured(name, file) for name in redactors.LIBRARIES if name != "otel-usage"}
    for name, corpus in corpora.items():
        taken = {f"{peer} {found['version']}": found["taken"][name] for peer, found in peers.items()}
        yield from _figures(name, corpus, ours["taken"][name], taken)


def _corpora(setup: Setup) -> dict[str, _Corpus]:
    """The texts by what they are; in quick mode few, of 10 KB."""
    counts = {10: 10} if setup.quick else _COUNTS
    corpora: dict[str, _Corpus] = {}
    for kind in KINDS:
        pool = Pool(kind)
        for size, count in counts.items():
            plain = _Corpus(size, pool.cut(max(1, count // 10), size * 1024), pool.cut(count, size * 1024))
            corpora[f"{size} KB of {kind}"] = plain
            corpora[f"{size} KB of {kind} with secrets"] = plain.changed(with_secrets)
    code, prose = (corpora[f"10 KB of {kind} with secrets"] for kind in KINDS)
    for name, form in (("JSON", in_json), ("JSON in JSON", in_json_in_json)):
        corpora[f"10 KB of prompts with secrets in {name}"] = _Corpus(
            10, _mixed(code.warming, prose.warming, form), _mixed(code.texts, prose.texts, form)
        )
    return corpora


def _mixed(code: list[str], prose: list[str], form: Callable[[str], str]) -> list[str]:
    """Prompts of half a text of prose and half a text of code."""
    return [
        form(words[: len(words) // 2] + lines[: len(lines) // 2])
        for words, lines in zip(prose, code, strict=False)
    ]


def _measured(library: str, file: Path) -> dict[str, Any]:
    python = sys.executable if library == "otel-usage" else str(_PEERS)
    command = (python, "-P", redactors.__file__, library, str(file), str(_SECONDS))
    done = subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _figures(name: str, corpus: _Corpus, ours: list[int], peers: Mapping[str, list[int]]) -> Iterator[Figure]:
    note = f"{len(ours)} distinct texts, each once"
    yield Figure(
        name=f"redaction of {name}, 95th percentile",
        value=_percentile(ours),
        unit="ms",
        at_most=_GOAL if corpus.size == 10 else None,
        beside={"median": median(ours) / 1e6}
        | {f"{peer} ({len(taken)} texts)": _percentile(taken) for peer, taken in peers.items()},
        note=note,
    )
    yield Figure(
        name=f"redaction of {name}",
        value=_throughput(corpus, ours),
        unit="MB/s",
        beside={f"{peer} ({len(taken)} texts)": _throughput(corpus, taken) for peer, taken in peers.items()},
        note=note,
    )


def _percentile(taken: list[int]) -> float:
    """The 95th percentile in milliseconds; of a single text, its time."""
    return (quantiles(taken, n=20, method="inclusive")[-1] if len(taken) > 1 else taken[0]) / 1e6


def _throughput(corpus: _Corpus, taken: list[int]) -> float:
    """Megabytes (10**6) of UTF-8 a second, over the texts that were measured."""
    size = sum(len(text.encode()) for text in corpus.texts[: len(taken)])
    return size * 1e3 / sum(taken)
