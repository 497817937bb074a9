"""The exit codes that mean something of their own in a command; the others are those of every command."""

from __future__ import annotations

from typing import Final

__all__ = ["EXITS"]

EXITS: Final[dict[str, dict[int, str]]] = {
    "budget check": {3: "a budget is reached", 5: "nobody can tell"},
    "calculate": {1: "no price is known"},
    "compare": {1: "no price of a model is known"},
    "prices check": {1: "something is broken", 3: "something needs attention"},
    "prices diff": {3: "a rate differs"},
    "prices show": {1: "no price is known"},
    "record": {1: "of --stdin, no line could be used", 4: "of --stdin, some lines could not"},
    "redact": {1: "something was found"},
    "reprice": {4: "not every cost could be written; run it again"},
}
"""Command → code → when."""
