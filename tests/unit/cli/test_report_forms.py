"""``otel-usage report`` as JSON, CSV, Markdown and HTML: the same money in each of them."""

from __future__ import annotations

import csv
import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from otel_usage.cli.report.chart import Bar, columns, lines
from otel_usage.cli.report.markdown import verbatim

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

ROOT = Path(__file__).parents[3]
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
VOID = {"meta", "br", "hr", "img", "input", "link", "line", "wbr"}
EVIL = '</title><script>alert("1")</script><img src=x onerror=y>&amp; | `a` [l](http://e.example) @you\\'
ALL = ("--breakdown=model", "--breakdown=agent", "--breakdown=day", "--breakdown=tag:env")


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")
    monkeypatch.delenv("COLUMNS", raising=False)


def day(days: int) -> str:
    """The day so many days ago."""
    return (TODAY - timedelta(days=days)).date().isoformat()


@pytest.fixture
def calls(record: Tell) -> list[dict[str, Any]]:
    """Seeded calls of ten days, half of them in the last five; the expected sums come from these."""
    drawn = random.Random(6)
    made = []
    for place in range(24):
        call: dict[str, Any] = {
            "model": f"model-{place % 3}",
            "agent": ("writer", EVIL, "日本語")[place % 3 - 1],
            "cost": str(Decimal(drawn.randrange(1, 10**10)).scaleb(-9)),
            "input": drawn.randrange(10**6),
            "output": drawn.randrange(10**5),
            "status": drawn.choice(["ok", "ok", "ok", "error"]),
            "duration_ms": drawn.randrange(1, 20_000),
            "timestamp": f"{day(place % 10)}T00:00:00Z",
        }
        record(**call)
        made.append(call)
    return made


def of_days(calls: list[dict[str, Any]], first: int, last: int) -> list[dict[str, Any]]:
    """The calls from one day to another, both counted back from today."""
    return [call for call in calls if day(first) <= call["timestamp"][:10] <= day(last)]


def cost(calls: list[dict[str, Any]]) -> Decimal:
    """What they cost together."""
    return sum((Decimal(call["cost"]) for call in calls), Decimal(0))


def cents(amount: Decimal) -> str:
    """Dollars as a person reads them."""
    return f"${amount.quantize(Decimal('0.01')):,}"


def test_json_has_the_keys_of_query_and_its_own(calls: list[dict[str, Any]], ask: Ask) -> None:
    """Every figure against a sum of the calls; the period before has as many days."""
    found = ask("report", "--last", "5d", "--json")
    wanted, before = of_days(calls, 4, 0), of_days(calls, 9, 5)
    asked = ask("query", "--from", day(4), "--to", day(0), "--format", "json")
    assert {name: found[name] for name in asked} == asked
    assert Decimal(found["totalCost"]) == Decimal(found["totals"]["cost"]) == cost(wanted)
    assert found["totalCostNanos"] == cost(wanted) * 10**9
    assert found["period"] == {"from": day(4), "to": day(0)}
    failed = sum(call["status"] == "error" for call in wanted)
    assert Decimal(found["errorRate"]) == Decimal(str(failed / len(wanted)))
    mean = Decimal(sum(call["duration_ms"] for call in wanted)) / len(wanted)
    assert abs(Decimal(found["meanDurationMs"]) - mean) < Decimal("0.001")
    slowest = sorted(call["duration_ms"] for call in wanted)
    assert slowest[0] < Decimal(found["p95DurationMs"]) < 2 * slowest[-1]
    assert found["cacheSavings"] == found["totals"]["cacheSavings"]
    assert found["previous"]["period"] == {"from": day(9), "to": day(5)}
    assert Decimal(found["previous"]["totals"]["cost"]) == cost(before)
    assert found["previous"]["totals"]["calls"] == len(before)
    assert [budget["name"] for budget in found["budgets"]] == ["daily", "monthly"]
    assert Decimal(found["budgets"][0]["spent"]) == cost(of_days(calls, 0, 0))


def validated(answer: str) -> dict[str, Any]:
    """An answer that the schema of ReportAnswer allows, in which nothing is missing and nothing is more."""
    found: dict[str, Any] = json.loads(answer)
    schema = json.loads((ROOT / "docs/schemas/report.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--today",),
        ("--month",),
        ("--to", "2020-01-01"),
        ("--from", "2026-01-01T10:00:00Z", "--to", "2026-01-01T10:00:01Z"),
        (*ALL, "--top-models", "1"),
        ("--job-id", "unknown"),
        ("--kind", "api"),
    ],
)
@pytest.mark.usefixtures("calls")
def test_json_is_of_its_shape(run: Run, arguments: tuple[str, ...]) -> None:
    """Whatever was asked; --json and --format json are the same."""
    done = run("report", *arguments, "--json")
    assert done.code == 0
    validated(done.out)
    again = run("report", *arguments, "--format", "json", "--json").out

    def without_forecast(text: str) -> str:
        return re.sub(r'"forecast": [^,]+', "", text)

    assert without_forecast(again) == without_forecast(done.out)


def test_json_of_an_empty_ledger_is_of_its_shape_too(tell: Tell) -> None:
    """No period before 1970; nothing is divided by nothing."""
    found = validated(tell("report", "--json"))
    assert (found["totalCost"], found["errorRate"], found["meanDurationMs"]) == (0, None, None)
    assert found["period"] == {"from": day(29), "to": day(0)}
    assert found["previous"]["period"]["to"] == day(30)
    assert validated(tell("report", "--to", day(0), "--json"))["previous"] is None


def test_every_form_has_the_same_money(calls: list[dict[str, Any]], tell: Tell) -> None:
    """In all and of each model, by an independent sum."""
    wanted = of_days(calls, 4, 0)
    models = {
        name: [call for call in wanted if call["model"] == name] for name in ("model-0", "model-1", "model-2")
    }
    rows = list(csv.DictReader(StringIO(tell("report", "--last=5d", "--format=csv"))))
    exact = {(row["dimension"], row["name"]): Decimal(row["cost"]) for row in rows}
    assert exact["total", ""] == cost(wanted)
    assert {name: exact["model", name] for name in models} == {name: cost(of) for name, of in models.items()}
    page = Page(tell("report", "--last=5d", "--format=html"))
    markdown = tell("report", "--last=5d", "--format=markdown")
    text = tell("report", "--last=5d")
    assert f"| Total Cost | {cents(cost(wanted))} |" in markdown
    assert f"Total Cost:      {cents(cost(wanted))} " in text
    assert page.rows["Total Cost"] == [cents(cost(wanted))]
    for name, of in models.items():
        amount, told = cents(cost(of)), sum(call["input"] for call in of)
        assert re.search(rf"{name} +{re.escape(amount)} ", text)
        assert re.search(rf"\| `{name}` \| {re.escape(amount)} \| \d+% \| {len(of)} \| {told:,} \|", markdown)
        assert page.rows[name][0] == amount
        assert page.rows[name][2:4] == [f"{len(of):,}", f"{told:,}"]
        assert f"{name}: {amount}" in page.titles
    for back in range(5):
        assert f"{day(back)}: {cents(cost(of_days(calls, back, back)))}" in page.titles


class Page(HTMLParser):
    """A page whose tags are balanced, which holds no script and refers to nothing.

    Attributes:
        rows: First cell of a table's row, or a term → the other cells, or its description.
        titles: Texts of the titles in charts.
        texts: All texts but the style.
    """

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.rows: dict[str, list[str]] = {}
        self.titles: list[str] = []
        self.texts: list[str] = []
        self.languages: list[str | None] = []
        self._row: list[str] = []
        assert page.startswith("<!DOCTYPE html>\n<html")
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        assert tag not in {
            "script",
            "link",
            "iframe",
            "img",
            "object",
            "embed",
            "base",
            "form",
            "image",
            "use",
            "a",
        }
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"src", "href", "xlink:href", "srcset", "action", "style", "background"}
            assert "//" not in (value or "")
        if tag == "html":
            self.languages.append(dict(attrs)["lang"])
        if tag in {"tr", "div"}:
            self._row = []
        if tag in {"th", "td", "dt", "dd"}:
            self._row.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that is closed at once; only foreign elements may be."""
        assert tag == "line"
        assert attrs

    def handle_endtag(self, tag: str) -> None:
        """A tag closes; it is the last one that opened."""
        assert self.open.pop() == tag
        if tag in {"tr", "div"} and self._row:
            self.rows.setdefault(self._row[0], self._row[1:])
            self._row = []

    def handle_data(self, data: str) -> None:
        """A text."""
        if self.open and self.open[-1] == "style":
            assert "url(" not in data
            assert "@import" not in data
            assert "prefers-color-scheme: dark" in data
            return
        self.texts.append(data)
        if self._row and self.open[-1] in {"th", "td", "dt", "dd"}:
            self._row[-1] += data
        if self.open[-1:] == ["title"]:
            self.titles.append(data)


@pytest.mark.parametrize(
    "arguments", [("--last=5d",), ("--today", *ALL), ("--to", day(0)), ("--last=9999d",), ALL]
)
@pytest.mark.usefixtures("calls")
def test_html_is_one_page_that_needs_nothing(tell: Tell, arguments: tuple[str, ...]) -> None:
    """Balanced tags, a language, a title; no script, no reference, and names are texts."""
    page = Page(tell("report", *arguments, "--format=html"))
    assert page.languages == ["en"]
    assert page.titles[0].startswith("LLM Usage Report - ")
    if "--breakdown=agent" in arguments:
        assert {"writer", "日本語", EVIL} <= set(page.rows)


@pytest.mark.parametrize(
    ("arguments", "part", "bars"),
    [
        (("--last=5d",), "day", 5),
        (("--last=92d",), "day", 92),
        (("--yesterday",), "hour", 24),
        (("--from", day(9)), "day", 10),
        (("--to", day(5)), "day", 5),
        (("--from=2025-01-01",), "month", None),
    ],
)
@pytest.mark.usefixtures("calls")
def test_html_draws_each_part_of_the_period(
    tell: Tell, arguments: tuple[str, ...], part: str, bars: int | None
) -> None:
    """Hours of a day, days of up to three months, else months; those without calls too, none that lies ahead."""
    page = tell("report", *arguments, "--format=html")
    (drawn,) = re.findall(rf'aria-label="Cost by {part}">(.*?)</svg>', page, re.DOTALL)
    if bars is None:
        bars = (TODAY.year - 2025) * 12 + TODAY.month
    assert drawn.count("<rect") == bars


def test_html_of_a_zone_with_a_day_of_25_hours(record: Tell, run: Run) -> None:
    """Of two hours of one name each has its bar."""
    record(cost="1", timestamp="2025-10-26T00:30:00Z")
    record(cost="2", timestamp="2025-10-26T01:30:00Z")
    arguments = ("--from=2025-10-26", "--to=2025-10-26")
    page = run("report", *arguments, "--format=html", env={"OTEL_USAGE_ZONE": "Europe/Berlin"}).out
    assert page.count("2025-10-26 02:00: $") == 2
    (drawn,) = re.findall(r'aria-label="Cost by hour">(.*?)</svg>', page, re.DOTALL)
    assert drawn.count("<rect") == 25


def test_html_without_calls_says_so(record: Tell, tell: Tell) -> None:
    """A page all the same."""
    empty = Page(tell("report", "--format=html"))
    assert "Nothing is recorded yet." in "".join(empty.texts)
    record(cost="1", timestamp="2025-10-26T00:30:00Z", agent=EVIL)
    none = Page(tell("report", "--today", "--agent", EVIL, "--format=html"))
    assert "The last day that has some is 2025-10-26" in "".join(none.texts)


def test_html_without_an_amount_has_no_charts(record: Tell, tell: Tell) -> None:
    """There is nothing to draw."""
    record(provider="house", model="m")
    page = tell("report", "--format=html")
    assert "<svg" not in page
    assert Page(page).rows["m"][0] == "unpriced"


@pytest.mark.usefixtures("calls")
def test_html_is_right_in_every_encoding(start: Run) -> None:
    """A reader of the file is told that it is UTF-8; elsewhere each letter is a reference."""
    done = start("report", *ALL, "--format=html", env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert done.out.isascii()
    assert "日本語" in Page(done.out).rows


def test_bars_are_as_long_as_their_values() -> None:
    """The highest takes all the room."""
    bars = [Bar(name=str(value), value=value, told=f"${value}") for value in (4, 1, 2, 0)]
    heights = [float(found) for found in re.findall(r'height="([\d.]+)"', columns("Cost", bars))]
    assert heights == [heights[0], heights[0] / 4, heights[0] / 2, 0]
    widths = [float(found) for found in re.findall(r'<rect[^>]*width="([\d.]+)"', lines("Cost", bars))]
    assert widths == [widths[0], widths[0] / 4, widths[0] / 2, 0]
    assert columns("Cost", bars[3:]).count('height="0.00"') == 1


@pytest.mark.usefixtures("calls")
def test_markdown_has_tables_of_equal_rows(tell: Tell) -> None:
    """A row has as many cells as its table has columns, whatever is in a name."""
    text = tell("report", *ALL, "--format=markdown")
    columns_ = None
    for line in text.splitlines():
        if not line.startswith("|"):
            columns_ = None
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        columns_ = columns_ or cells
        assert cells == columns_, line
    for heading in (
        "# LLM Usage Report - Last 30 Days",
        "## By Model",
        "## By Agent",
        "## By Day",
        "## By Tag env",
    ):
        assert heading in text.splitlines()
    assert "<script" not in text
    assert "| `日本語` |" in text


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("claude-3-5-sonnet", "`claude-3-5-sonnet`"),
        ("a*b_c<i>@you", "`a*b_c<i>@you`"),
        ("a|b", "a&#124;b"),
        ("a`b\\", "a&#96;b&#92;"),
        (" a", "&#32;a"),
        ("", ""),
    ],
)
def test_a_name_in_markdown_is_no_markup(name: str, written: str) -> None:
    """As code, and where code cannot have it by references."""
    assert verbatim(name) == written


def test_markdown_tells_budgets_and_models_without_a_price(
    record: Tell, tell: Tell, configure: Callable[[str], Path]
) -> None:
    """In words, not by colour."""
    configure(
        "budgets:\n  - {name: small, period: day, limit_usd: 4}\n  - {name: half, period: day, limit_usd: 10}\n"
        "  - {name: large, period: day, limit_usd: 1000}\n"
    )
    record(cost="5")
    record(provider="house", model="m")
    record(provider="house", model="m")
    text = tell("report", "--format=markdown")
    assert re.search(
        r"\| `small` \| day \| \$5.00 of \$4.00 \| 125% \+ 2 unpriced \| [$.\d]* \| limit reached \|", text
    )
    assert re.search(
        r"\| `half` \| day \| \$5.00 of \$10.00 \| 50% \+ 2 unpriced \| [$.\d]* \| 50% reached \|", text
    )
    assert re.search(r"\| `large` \|.*\| under \|", text)
    assert "| `m` | 2 |" in text
    assert "reprice --apply" in text


@pytest.mark.usefixtures("calls")
def test_csv_is_that_of_query(tell: Tell) -> None:
    """A line for everything, and one for each value of each breakdown."""
    asked = ("--from", day(4), "--to", day(0), "--format", "csv")
    assert tell("report", *asked) == tell("query", *asked)
    assert tell("report", "--last=5d", "--breakdown=agent", "--format=csv").startswith("dimension,name,calls")


def test_json_says_what_a_selection_of_moments_was_compared_with(record: Tell, ask: Ask) -> None:
    """The same length in seconds, in local time."""
    record(cost="1", timestamp="2026-11-01T10:30:00Z")
    record(cost="2", timestamp="2026-11-01T09:30:00Z")
    found = ask("report", "--from", "2026-11-01T10:00:00Z", "--to", "2026-11-01T11:00:00Z", "--json")
    assert found["totalCost"] == 1
    assert found["previous"]["totals"]["cost"] == 2
    assert found["previous"]["period"] == {
        "from": "2026-11-01T09:00:00+00:00",
        "to": "2026-11-01T10:00:00+00:00",
    }
    assert found["period"] == {"from": "2026-11-01T10:00:00Z", "to": "2026-11-01T11:00:00Z"}


def test_days_of_a_month_are_told_as_they_are(ask: Ask) -> None:
    """Leap years too."""
    assert ask("report", "--month=2024-02", "--json")["period"] == {"from": "2024-02-01", "to": "2024-02-29"}
    found = ask("report", "--month", "--json")["period"]
    assert date.fromisoformat(found["from"]).day == 1
    assert (date.fromisoformat(found["to"]) + timedelta(days=1)).day == 1
