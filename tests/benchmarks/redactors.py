"""One library's redaction, measured in a process of its own: ``python -P redactors.py LIBRARY TEXTS SECONDS``, as JSON.

It is run by the interpreter that has the library, which may have nothing of this project: it imports nothing else. The
network is closed to it.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Finds = Callable[[str], bool]
    """Redacts or examines a text, and says whether it found something."""


def otel_usage() -> Finds:
    """This package, its default classes."""
    from otel_usage.redaction import redact_text  # noqa: PLC0415  # each process imports one library

    return lambda text: redact_text(text) is not text


def langsmith() -> Finds:
    """LangSmith's anonymiser of secrets, its default rules; it knows no personal data."""
    from langsmith.anonymizer import create_secret_anonymizer  # type: ignore[import-not-found]  # noqa: PLC0415  # not of this environment

    anonymize = create_secret_anonymizer()
    return lambda text: bool(anonymize(text) != text)


def presidio() -> Finds:
    """Presidio's recognisers of patterns for English; no model of a language, no personal names."""
    import tldextract.tldextract as domains  # type: ignore[import-not-found]  # noqa: PLC0415  # not of this environment
    from presidio_analyzer import PatternRecognizer, RecognizerRegistry  # type: ignore[import-not-found]  # noqa: PLC0415  # the same

    domains.TLD_EXTRACTOR = domains.TLDExtract(suffix_list_urls=(), cache_dir=None)
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    recognizers = [each for each in registry.recognizers if isinstance(each, PatternRecognizer)]

    def finds(text: str) -> bool:
        return sum(len(each.analyze(text, each.supported_entities, None)) for each in recognizers) > 0

    return finds


def detect_secrets() -> Finds:
    """Yelp's detect-secrets, all its plugins, line by line as it works; it finds and does not replace."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class  # type: ignore[import-not-found]  # noqa: PLC0415  # not of this environment
    from detect_secrets.core.scan import scan_line  # type: ignore[import-not-found]  # noqa: PLC0415  # the same
    from detect_secrets.settings import get_settings  # type: ignore[import-not-found]  # noqa: PLC0415  # the same

    plugins = get_mapping_from_secret_type_to_class().values()
    get_settings().configure_plugins([{"name": plugin.__name__} for plugin in plugins])
    return lambda text: sum(1 for line in text.splitlines() for _ in scan_line(line)) > 0


LIBRARIES: dict[str, Callable[[], Finds]] = {
    "otel-usage": otel_usage,
    "langsmith": langsmith,
    "presidio-analyzer": presidio,
    "detect-secrets": detect_secrets,
}


def measure(library: str, texts: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Take the CPU time of each text, once, after the corpus's own texts for warming up; a slow library stops early.

    Args:
        library: Its name.
        texts: A text in which each library finds something, and corpora by name.
        seconds: CPU time after which no further text of a corpus is begun.

    Raises:
        RuntimeError: The library finds nothing: it is not set up as it should be.
    """
    finds = LIBRARIES[library]()
    if not finds(texts["probe"]):
        raise RuntimeError(f"{library} finds nothing")
    taken: dict[str, list[int]] = {}
    for name, corpus in texts["corpora"].items():
        for text in corpus["warming"]:
            finds(text)
        taken[name] = []
        end = time.thread_time() + seconds
        for text in corpus["texts"]:
            before = time.thread_time_ns()
            finds(text)
            taken[name].append(time.thread_time_ns() - before)
            if time.thread_time() > end:
                break
    return {"version": version(library), "taken": taken}


def _closed(event: str, _arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo"}:
        raise PermissionError(f"{event}: the network is closed to what is measured")


if __name__ == "__main__":
    _, chosen, file, limit = sys.argv
    sys.addaudithook(_closed)
    logging.disable()
    # What a library prints is no figure.
    shown, sys.stdout = sys.stdout, sys.stderr
    json.dump(measure(chosen, json.loads(Path(file).read_text(encoding="utf-8")), float(limit)), shown)
