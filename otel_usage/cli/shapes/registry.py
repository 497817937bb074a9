"""Which command answers in which shape; loaded only to make the reference."""

from __future__ import annotations

from typing import Final, NamedTuple

from otel_usage.cli.shapes.budgets import BudgetAnswer, BudgetCheckAnswer
from otel_usage.cli.shapes.calculated import CalculateAnswer
from otel_usage.cli.shapes.calls import ExplainAnswer
from otel_usage.cli.shapes.exported import ExportedCall
from otel_usage.cli.shapes.prices import CheckAnswer, DiffAnswer, ListedPrice, ShowAnswer
from otel_usage.cli.shapes.recorded import RecordedCall, RecordedLines
from otel_usage.cli.shapes.report import ReportAnswer
from otel_usage.cli.shapes.repricing import CompareAnswer, RepriceAnswer
from otel_usage.cli.shapes.usage import QueryAnswer

__all__ = ["ANSWERS", "Answer"]


class Answer(NamedTuple):
    """A command's JSON.

    Attributes:
        asked: The options that ask for it.
        shape: The type of the answer, or of each of its lines.
    """

    asked: str
    shape: object


ANSWERS: Final = {
    "budget": Answer("--json", BudgetAnswer),
    "budget check": Answer("--json", BudgetCheckAnswer),
    "calculate": Answer("--json", CalculateAnswer),
    "compare": Answer("--json", CompareAnswer),
    "explain": Answer("--json", ExplainAnswer),
    "export": Answer("--format jsonl", ExportedCall),
    "prices check": Answer("--json", CheckAnswer),
    "prices diff": Answer("--json", DiffAnswer),
    "prices list": Answer("--json", list[ListedPrice]),
    "prices show": Answer("--json", ShowAnswer),
    "query": Answer("--format json", QueryAnswer),
    "record": Answer("--json", RecordedCall),
    "record --stdin": Answer("--stdin --json", RecordedLines),
    "report": Answer("--json", ReportAnswer),
    "reprice": Answer("--json", RepriceAnswer),
}
"""By the command's name; where an option makes it another one, with the option."""
