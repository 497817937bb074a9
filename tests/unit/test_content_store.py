"""What of content a recorder takes, keeps in files and puts on spans."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage import semconv
from otel_usage.content import KEYS, KINDS, NO_CONTENT, Content
from otel_usage.journal.lines import Stats, decode
from otel_usage.journal.writer import JournalWriter
from otel_usage.recorder import Recorder
from otel_usage.records import UsageRecord
from otel_usage.redaction.redactor import MAX_TEXT, Redactor
from otel_usage.settings import ContentSettings, RedactionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[..., Recorder]

NOW = 1_795_000_000  # 2026-11-18
SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
MARK = "[REDACTED:api_key]"
RECORD = UsageRecord(id="call:1", start=NOW * 10**9, source="live")
CALL_KINDS = frozenset(KEYS.values())
OUTPUT = semconv.OUTPUT_MESSAGES


def message(text: str, role: str = "user") -> dict[str, Any]:
    """One that holds a text."""
    return {"role": role, "parts": [{"type": "text", "content": text}]}


SAID = Content(
    system_instructions=[{"type": "text", "content": "Be brief."}],
    input_messages=[message(f"my key is {SECRET}")],
    output_messages=[message("noted", "assistant")],
    tool_definitions=[{"type": "function", "name": "send"}],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where content goes; it does not exist yet."""
    return tmp_path / "home" / "content"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The journal's folder."""
    path = tmp_path / "home" / "logs"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def make(logs: Path, folder: Path) -> Iterator[Make]:
    """Makes recorders that take content as settings say."""
    made: list[Recorder] = []

    def open_one(**settings: Any) -> Recorder:
        made.append(
            Recorder(
                JournalWriter(logs, background=False),
                book=None,
                redactor=Redactor(RedactionSettings()),
                content=ContentSettings(**settings),
                content_writer=JournalWriter(folder, background=False, clock=lambda: float(NOW)),
                clock=lambda: float(NOW),
            )
        )
        return made[-1]

    yield open_one
    for recorder in made:
        recorder.close()


@pytest.fixture
def kept(folder: Path) -> Callable[[], list[dict[str, Any]]]:
    """The lines of the files of content."""

    def read() -> list[dict[str, Any]]:
        data = b"".join(path.read_bytes() for path in sorted(folder.glob("*")))
        return [json.loads(line) for line in data.split(b"\n") if line]

    return read


@pytest.fixture
def counted(logs: Path) -> Callable[[], dict[str, int]]:
    """What the lines of stats say together."""

    def read() -> dict[str, int]:
        data = b"".join(path.read_bytes() for path in logs.glob("*"))
        lines = [decode(line) for line in data.split(b"\n") if line]
        return {
            name: count for line in lines if isinstance(line, Stats) for name, count in line.counts.items()
        }

    return read


def wanted(recorder: Recorder) -> frozenset[str]:
    """The kinds that a producer reads."""
    return frozenset(kind for kind in KINDS if recorder.captures(kind))


@pytest.mark.parametrize(
    ("settings", "read", "files", "spans"),
    [
        ({}, frozenset(), frozenset(), frozenset()),
        ({"attributes": True}, frozenset(), frozenset(), frozenset()),
        ({"capture": "redacted"}, CALL_KINDS, CALL_KINDS, frozenset()),
        ({"capture": "redacted", "attributes": True}, KINDS, CALL_KINDS, CALL_KINDS),
        ({"allow": (OUTPUT,)}, {OUTPUT}, {OUTPUT}, frozenset()),
        ({"allow": (OUTPUT,), "attributes": True}, {OUTPUT}, {OUTPUT}, {OUTPUT}),
        ({"exported": True, "attributes": True}, KINDS, frozenset(), CALL_KINDS),
        ({"exported": True, "attributes": True, "allow": (OUTPUT,)}, KINDS, {OUTPUT}, CALL_KINDS),
        ({"exported": True, "events": True}, KINDS, frozenset(), frozenset()),
        ({"exported": True, "capture": "redacted"}, CALL_KINDS, CALL_KINDS, frozenset()),
    ],
)
def test_each_kind_goes_only_where_it_is_wanted(
    make: Make,
    kept: Callable[[], list[dict[str, Any]]],
    settings: dict[str, Any],
    read: frozenset[str],
    files: frozenset[str],
    spans: frozenset[str],
) -> None:
    """Files by ``capture`` and ``allow``, spans by ``attributes`` and what OpenTelemetry's variable asks for."""
    recorder = make(**settings)
    assert wanted(recorder) == read
    fitted = recorder.fit_content(SAID)
    assert {key for name, key in KEYS.items() if getattr(fitted, name) is not None} == read & CALL_KINDS
    recorder.keep_content(RECORD, fitted)
    assert {KEYS[name] for line in kept() for name in line if name in KEYS} == files
    assert recorder.content_attributes(fitted).keys() == spans
    assert recorder.content_events is settings.get("events", False)


@pytest.mark.parametrize(
    "settings", [{"capture": "redacted", "attributes": True}, {"exported": True, "events": True}]
)
def test_where_redaction_is_not_effective_content_goes_into_files_only(
    make: Make, kept: Callable[[], list[dict[str, Any]]], settings: dict[str, Any]
) -> None:
    """No span and no event holds any; what is kept in the home is redacted before it is written."""
    recorder = make(**settings)
    recorder.ineffective("cannot redact spans")
    fit = recorder.fit_content(SAID)
    recorder.keep_content(RECORD, fit)
    assert recorder.content_attributes(fit) == {}
    assert recorder.tool_content(semconv.TOOL_CALL_RESULT, "found") is None
    assert not recorder.content_events
    assert wanted(recorder) == (CALL_KINDS if "capture" in settings else frozenset())
    assert len(kept()) == ("capture" in settings)
    assert recorder.counts["redaction_ineffective"] == 1


def test_off_makes_no_folder(make: Make, folder: Path) -> None:
    """Neither when it is off, nor when it goes to spans only, nor when nothing was said."""
    for settings in ({}, {"exported": True, "attributes": True}):
        make(**settings).keep_content(RECORD, SAID)
    recorder = make(capture="redacted")
    recorder.keep_content(RECORD, NO_CONTENT)
    recorder.close()
    assert not folder.exists()


def test_content_is_kept_without_secrets_and_private_to_its_user(
    make: Make, kept: Callable[[], list[dict[str, Any]]], folder: Path
) -> None:
    """One line a call in the day's file, mode 0600, in a folder of mode 0700."""
    recorder = make(capture="redacted")
    recorder.keep_content(RECORD, recorder.fit_content(SAID))
    (line,) = kept()
    assert (line["type"], line["v"], line["id"], line["at"]) == ("content", 1, "call:1", NOW * 10**9)
    assert line["input_messages"] == [message(f"my key is {MARK}")]
    assert line["output_messages"] == SAID.output_messages
    (file,) = folder.iterdir()
    assert file.name == "2026-11-18.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_span_gets_json(make: Make) -> None:
    """As the conventions have it where attributes cannot be nested."""
    recorder = make(capture="redacted", attributes=True)
    found = recorder.content_attributes(recorder.fit_content(SAID))
    assert {key: json.loads(value) for key, value in found.items()} == {
        semconv.SYSTEM_INSTRUCTIONS: SAID.system_instructions,
        semconv.INPUT_MESSAGES: [message(f"my key is {MARK}")],
        semconv.OUTPUT_MESSAGES: SAID.output_messages,
        semconv.TOOL_DEFINITIONS: SAID.tool_definitions,
    }


def test_a_span_gets_no_more_than_is_examined_before_it_leaves(make: Make) -> None:
    """A large bound is that of the files; of a span the rest would be replaced as a whole."""
    recorder = make(capture="redacted", attributes=True, max_bytes=1_048_576)
    said = [message(f"{number} " + "word " * 200) for number in range(500)]
    fitted = recorder.fit_content(Content(input_messages=said))
    assert fitted.input_messages == said
    found = recorder.content_attributes(fitted)[semconv.INPUT_MESSAGES]
    assert MAX_TEXT / 2 < len(found) < MAX_TEXT
    assert json.loads(found)[-1] == said[-1]
    assert "[REDACTED:oversize:" in json.loads(found)[0]["parts"][0]["content"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"to": SECRET}, f'{{"to":"{MARK}"}}'),
        ([1, None], "[1,null]"),
        (f"sent with {SECRET}", f"sent with {MARK}"),
        (json.dumps({"to": SECRET}), json.dumps({"to": MARK})),
        ("x" * 70_000, "[REDACTED:oversize:70000]"),
        (None, "null"),
    ],
)
def test_what_a_tool_was_given_is_a_text(make: Make, value: object, told: str) -> None:
    """JSON, unless it is one already; without secrets, within the bound."""
    assert make(capture="redacted", attributes=True).tool_content(semconv.TOOL_CALL_ARGUMENTS, value) == told
    assert make(capture="redacted").tool_content(semconv.TOOL_CALL_ARGUMENTS, value) is None
    allowed = make(attributes=True, allow=(semconv.TOOL_CALL_RESULT,))
    assert allowed.tool_content(semconv.TOOL_CALL_ARGUMENTS, value) is None
    assert allowed.tool_content(semconv.TOOL_CALL_RESULT, value) == told


def test_a_folder_that_cannot_be_written_costs_its_content_only(
    make: Make, folder: Path, counted: Callable[[], dict[str, int]]
) -> None:
    """The call is recorded, the lost lines are counted, the process ends in time."""
    folder.write_text("a file in the folder's place")
    recorder = make(capture="redacted")
    for number in range(3):
        record = recorder.prepare(UsageRecord(id=f"call:{number}", start=NOW * 10**9, source="live"))
        recorder.append(record)
        recorder.keep_content(record, recorder.fit_content(Content(output_messages=[message("noted")])))
    assert not recorder.flush()
    assert not recorder.close()
    assert counted()["content_dropped"] == 3
    assert "dropped" not in counted()


def test_what_is_no_content_is_counted_and_the_call_goes_on(
    make: Make, kept: Callable[[], list[dict[str, Any]]]
) -> None:
    """A producer's mistake, and content that was not fitted: neither reaches a file as it is."""
    recorder = make(capture="redacted")
    assert recorder.fit_content("no content") == NO_CONTENT  # type: ignore[arg-type]  # a producer's mistake
    recorder.keep_content(RECORD, Content(output_messages=[object()]))
    recorder.keep_content(RECORD, Content(output_messages=["x" * 4_000_000]))
    assert recorder.counts["failures.capture"] == 3
    assert kept() == []


def test_a_long_id_is_the_one_of_its_record(make: Make, kept: Callable[[], list[dict[str, Any]]]) -> None:
    """Content and call are found by the same id."""
    recorder = make(capture="redacted")
    record = recorder.prepare(UsageRecord(id="x" * 500, start=NOW * 10**9, source="live"))
    recorder.keep_content(record, recorder.fit_content(SAID))
    assert [line["id"] for line in kept()] == [record.id]


def test_a_forked_child_keeps_its_own(make: Make, kept: Callable[[], list[dict[str, Any]]]) -> None:
    """Into the same day's file, each line whole; what the parent lost is not the child's."""
    recorder = make(capture="redacted")
    fitted = recorder.fit_content(SAID)
    recorder.keep_content(RECORD, fitted)
    child = os.fork()
    if child == 0:
        recorder.start_over()
        recorder.keep_content(UsageRecord(id="of the child", start=NOW * 10**9, source="live"), fitted)
        os._exit(0 if recorder.close() and not recorder.counts else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    recorder.keep_content(UsageRecord(id="of the parent", start=NOW * 10**9, source="live"), fitted)
    assert [line["id"] for line in kept()] == ["call:1", "of the child", "of the parent"]
