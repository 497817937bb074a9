"""``otel-usage export``: every call for other programs."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import threading
from io import StringIO
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.cli.export.rows import as_csv, as_json_lines, exported
from otel_usage.home import Home
from otel_usage.journal.lines import Call, encode
from otel_usage.ledger.days import Days
from otel_usage.records import Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import ModuleType

    from tests.unit.cli.conftest import Done

    Run = Callable[..., Done]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

LARGE = 200
"""Calls whose lines are more than a pipe holds (64 KiB on Linux)."""
COUNTS = {name: 10**6 >> place for place, name in enumerate(TokenUsage.__struct_fields__)}
"""Each part is no more than what it is a part of."""
LLM = UsageRecord(
    id="llm", start=1_790_000_000_123_456_789, source="live", provider="openai", operation="chat",
    request_model="gpt-4o", response_model="gpt-4o-2024-08-06", response_id="r", request_id="q",
    service_tier="batch", server_address="api.openai.com", agent="a", session_id="s", job_id="j",
    task_type="build", task_description="d", team="t", project="p", tags={"env": "dev"},
    duration=1_234_567_890, time_to_first_chunk=500_000,
    usage=TokenUsage(**COUNTS),
    status=Status.PARTIAL, error_type="E", error_message="m", attempt=2, trace_id="0" * 31 + "1",
    span_id="0" * 15 + "1", sampled=False, host="h", flags=(Flag.CUT, Flag.RATE_ASSUMED),
    cost=Cost(
        status=CostStatus.INCLUDED, nanos=0, list_nanos=1_500_000_001, cache_saved=-5, cache_extra=5,
        price_source="genai-prices", rate_card="c",
    ),
)  # fmt: skip
API = UsageRecord(
    id="api", start=1_790_000_001 * 10**9, source="live", kind=Kind.API, service="serpapi", endpoint="/search",
    status_code=200, cost=Cost(status=CostStatus.PROVIDED, nanos=15_000_000, price_source="caller"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of Nepal."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "Asia/Kathmandu")


@pytest.fixture
def filled(home: Path, seeded: ModuleType) -> Path:
    """A home with plausible calls of a month, and one of each kind with everything that it can have."""
    seeded.write(Home(home), seeded.build(seed=11, calls=LARGE, months=1))
    book(home, LLM, API)
    return home


def book(home: Path, *records: UsageRecord) -> None:
    """Append calls to the journal."""
    place = Home(home)
    place.prepare()
    with (place.logs / "2099-01-01.jsonl").open("ab") as file:
        file.writelines(encode(Call(record)) for record in records)


def calls(out: str) -> list[dict[str, Any]]:
    """The calls of JSON lines; amounts are decoded as they are written."""
    return [json.loads(line, parse_float=str) for line in out.splitlines()]


def test_a_call_has_everything_that_is_known_of_it(home: Path, tell: Tell) -> None:
    """Times in the ledger's zone, money exact, durations in milliseconds; nothing that is unknown."""
    book(home, LLM, API)
    llm, api = calls(tell("export"))
    counts = {camel(name): count for name, count in COUNTS.items()}
    assert llm == {
        "id": "llm", "kind": "llm", "timestamp": "2026-09-21T19:58:20.123456+05:45", "source": "live",
        "provider": "openai", "model": "gpt-4o-2024-08-06", "requestModel": "gpt-4o",
        "responseModel": "gpt-4o-2024-08-06", "operation": "chat", "agent": "a", "sessionId": "s", "jobId": "j",
        "taskType": "build", "taskDescription": "d", "team": "t", "project": "p", "tags": {"env": "dev"},
        "status": "partial", "errorType": "E", "errorMessage": "m", "attempt": 2, **counts,
        "cost": 0, "costNanos": 0, "costStatus": "included", "priceSource": "genai-prices", "rateCard": "c",
        "listPrice": "1.500000001", "cacheSavings": "-0.000000005", "cacheWriteExtra": "0.000000005",
        "durationMs": "1234.56789", "timeToFirstChunkMs": "0.5", "serviceTier": "batch",
        "serverAddress": "api.openai.com", "responseId": "r", "requestId": "q", "traceId": "0" * 31 + "1",
        "spanId": "0" * 15 + "1", "sampled": False, "host": "h", "flags": ["cut", "rate_assumed"],
    }  # fmt: skip
    assert api == {
        "id": "api", "kind": "api", "timestamp": "2026-09-21T19:58:21+05:45", "source": "live", "service": "serpapi",
        "endpoint": "/search", "statusCode": 200, "status": "ok", "cost": "0.015", "costNanos": 15_000_000,
        "costStatus": "provided", "priceSource": "caller",
    }  # fmt: skip


def camel(name: str) -> str:
    """``input_audio`` as JSON has it."""
    first, *rest = name.split("_")
    word = first + "".join(part if part[0].isdigit() else part.title() for part in rest)
    return word if word.endswith("Searches") else f"{word}Tokens"


def test_an_unknown_amount_is_null(record: Tell, tell: Tell) -> None:
    """It is never left out, and never 0."""
    record(provider="house", model="m")
    (call,) = calls(tell("export"))
    assert (call["cost"], call["costNanos"], call["costStatus"]) == (None, None, "unpriced")


def test_the_lines_sum_up_to_what_query_says(filled: Path, tell: Tell, ask: Ask) -> None:
    """Every call once, in the order of time."""
    del filled
    found = calls(tell("export"))
    asked = ask("query", "--format", "json")
    totals = asked["totals"]
    assert len({call["id"] for call in found}) == len(found) == totals["calls"]
    assert [call["timestamp"] for call in found] == sorted(call["timestamp"] for call in found)

    def total(*keys: str) -> int:
        return sum(call.get(key) or 0 for call in found for key in keys)

    assert total("costNanos") == asked["totalCostNanos"]
    assert total("inputTokens") == totals["inputTokens"]
    assert total("outputTokens") == totals["outputTokens"]
    assert total("cacheReadTokens") == totals["cacheReadTokens"]
    assert total("cacheWrite5mTokens", "cacheWrite1hTokens") == totals["cacheWriteTokens"]
    assert total("reasoningTokens") == totals["reasoningTokens"]
    assert sum(call["status"] == "error" for call in found) == totals["errors"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_empty_selection_is_no_line(form: str, tell: Tell) -> None:
    """But CSV has the names of its columns."""
    out = tell("export", "--format", form, "--job-id", "nobody")
    assert out.splitlines()[1:] == []
    assert out.startswith("id,kind,timestamp," if form == "csv" else "")
    assert bool(out) is (form == "csv")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--job-id", "j"), ["llm"]),
        (("--kind", "api"), ["api"]),
        (("--tag", "env=dev"), ["llm"]),
        (("--model", "gpt-4o*"), ["llm"]),
        (("--provider", "serpapi"), ["api"]),
        (("--from", "2026-09-21", "--to", "2026-09-21"), ["llm", "api"]),
        (("--from", "2026-09-21T19:58:21"), ["api"]),
        (("--to", "2026-09-20"), []),
    ],
)
def test_only_the_selected_calls_are_written(
    home: Path, tell: Tell, options: tuple[str, ...], ids: list[str]
) -> None:
    """By the options of query."""
    book(home, LLM, API)
    assert [call["id"] for call in calls(tell("export", *options))] == ids


def test_csv_has_the_same_values_under_the_same_names(filled: Path, tell: Tell) -> None:
    """Tags are JSON, flags have spaces between; what is unknown is empty."""
    del filled
    rows = list(csv.DictReader(StringIO(tell("export", "--format", "csv"), newline="")))
    lines = tell("export").splitlines()
    for row, line in zip(rows, lines, strict=True):
        told = json.loads(line, parse_float=str, parse_int=str)
        expected = {
            key: "" if value is None else value if isinstance(value, str) else cell(value)
            for key, value in told.items()
        }
        assert {key: value for key, value in row.items() if value or key in expected} == expected


def cell(value: Any) -> str:
    """A list, an object or a truth value in CSV."""
    return " ".join(value) if isinstance(value, list) else json.dumps(value, separators=(",", ":"))


def test_csv_is_safe_for_spreadsheets_and_keeps_line_ends(home: Path, run: Run) -> None:
    """A text that begins a formula gets an apostrophe; line ends and quotation marks come back as they were."""
    names = ["=1+1", "+x", "-x", "@x", "-5", 'a "b", c', "a\nb", "a\rb", "a\r\nb", "a;b", " =1"]
    book(
        home,
        *(
            UsageRecord(id=str(at), start=LLM.start + at * 10**9, source="live", agent=name)
            for at, name in enumerate(names)
        ),
    )
    rows = list(csv.DictReader(StringIO(run("export", "--format", "csv").out, newline="")))
    assert [row["agent"] for row in rows] == ["'=1+1", "'+x", "'-x", "'@x", *names[4:]]


@pytest.mark.parametrize("written", [as_json_lines, as_csv])
def test_calls_without_end_are_written_as_they_come(
    written: Callable[[Iterable[object]], Iterable[bytes]],
) -> None:
    """A million rows do not fill the memory."""
    endless = repeat(exported(LLM, Days("UTC")))
    lines = list(islice(written(endless), 10_000))
    assert len(lines) == 10_000
    assert all(line.endswith(b"\n") for line in lines)


def test_json_lines_recorded_elsewhere_give_the_same_sums(
    filled: Path, tell: Tell, tmp_path: Path, start: Run
) -> None:
    """``record --stdin`` reads what ``export`` writes; a second time adds nothing."""
    del filled
    lines = tmp_path / "calls.jsonl"
    tell("export", "--output", str(lines))
    elsewhere = str(tmp_path / "elsewhere")
    for _ in range(2):
        with lines.open(encoding="utf-8") as file:
            assert start("--home", elsewhere, "record", "--stdin", stdin=file).code == 0
    # The costs come as given ones: what a cache saved cannot be told from them.
    lost = {"cacheSavings", "cacheWriteExtra"}
    by = [argument for name in DIMENSIONS for argument in ("--by", name)]
    asked = [
        json.loads(start(*place, "query", "--format", "json", *by, env=KATHMANDU).out)
        for place in ((), ("--home", elsewhere))
    ]
    for one in asked:
        for key in lost:
            del one["totals"][key]
            for groups in one["groups"].values():
                for group in groups:
                    del group[key]
    assert asked[0] == asked[1]
    assert asked[0]["totals"]["calls"] == LARGE + 2


KATHMANDU = {"OTEL_USAGE_ZONE": "Asia/Kathmandu"}
DIMENSIONS = (
    *("model", "provider", "agent", "job", "session", "task-type", "team", "project", "service", "endpoint"),
    *("status", "hour", "day", "week", "month", "tag:env"),
)
"""All but the source, which tells an import from a live call."""


def test_a_file_is_written_whole_and_private(filled: Path, tell: Tell, tmp_path: Path) -> None:
    """In the place of what lay there; where a link points to, not in the link's place."""
    del filled
    file, link = tmp_path / "calls.jsonl", tmp_path / "link"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)
    link.symlink_to(file)
    assert tell("export", "--output", str(link)) == f"Wrote {link}\n"
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == tell("export")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("calls")] == ["calls.jsonl"]


def test_a_pipe_with_a_name_is_written_into(filled: Path, tell: Tell, tmp_path: Path) -> None:
    """It is not replaced by a file."""
    del filled
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    tell("export", "--output", str(fifo))
    reader.join()
    assert read[0].decode() == tell("export")
    assert fifo.is_fifo()


def test_a_file_that_cannot_be_finished_leaves_the_old_one(filled: Path, start: Run, tmp_path: Path) -> None:
    """Exit 1 with a sentence that names it, and nothing beside it."""
    start("query")
    file = tmp_path / "calls.jsonl"
    file.write_text("old", encoding="utf-8")
    room = max(path.stat().st_size for path in filled.iterdir())
    assert room > 100_000

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))

    done = start("export", "--output", str(file), preexec_fn=no_room)
    assert (done.code, done.out) == (1, "")
    assert done.sentence == f"otel-usage: {file}: File too large"
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("calls")] == ["calls.jsonl"]


def test_a_full_disk_behind_standard_output_is_one_sentence(filled: Path, start: Run) -> None:
    """Exit 1."""
    del filled
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = start("export", stdout=full)
    assert (done.code, done.sentence) == (1, "otel-usage: No space left on device")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_reader_that_goes_away_ends_it_quietly(form: str, filled: Path, environ: dict[str, str]) -> None:
    """A pipe into head."""
    del filled
    process = subprocess.Popen(
        [sys.executable, "-m", "otel_usage", "export", "--format", form],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout as out, process.stderr as err:
        assert out.readline()
        out.close()
        assert err.read() == b""
    assert process.wait() == 0


def test_the_bytes_do_not_depend_on_the_locale(record: Tell, start: Run) -> None:
    """They are UTF-8."""
    record(agent="Zoë")
    for form in ("jsonl", "csv"):
        done = start("export", "--format", form, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
        assert "Zoë" in done.out


@pytest.mark.parametrize(
    ("output", "code", "told"),
    [
        ("", 2, "--output: is empty"),
        (".", 1, ".: Is a directory"),
        ("no/file", 1, "no/file: No such file or directory"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_sentence(
    start: Run, output: str, code: int, told: str
) -> None:
    """Nothing is printed."""
    done = start("export", "--output", output)
    assert (done.code, done.out, done.sentence) == (code, "", f"otel-usage: {told}")
