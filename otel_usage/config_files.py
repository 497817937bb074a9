"""Configuration files, and what was read from them before.

A file is checked against its shape each time; parsed ones are kept as JSON in the home, so that a short command
needs no YAML reader.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import msgspec
from msgspec import Struct

from otel_usage.config_sections import FoundFile
from otel_usage.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FileCache", "read_file"]

_KEPT = 50
"""Files that are kept parsed; a machine with more projects than these parses the others again."""
_Shape = TypeVar("_Shape", bound=Struct)
# Compiled where a file is refused: that takes a short command too long.
_UNKNOWN_FIELD = r"Object contains unknown field `(?P<field>[^`]*)`(?: - at `\$\.?(?P<at>[^`]*)`)?"
_AT = r"(?s)(?P<problem>.*?)(?: - at `\$\.?(?P<at>[^`]*)`)?$"
_PLACE = r"\[[^]]*\]"
_EXPECTED = r"Expected `(?P<wanted>[^`]*)`, got `(?P<given>[^`]*)`"
_SAID = {
    "Invalid RFC3339 encoded date": "is not a date such as 2026-11-21",
    "Invalid decimal string": "is not a number",
}
_KINDS = {
    "array": "a list, such as [a, b]",
    "bool": "true or false",
    "date": "a date such as 2026-11-21",
    "decimal": "a number",
    "float": "a number",
    "int": "a whole number",
    "object": "keys with values",
    "str": "a text",
}
"""Kinds of values in msgspec's words → in a person's."""


def read_file(path: Path, shape: type[_Shape], cache: FileCache) -> _Shape:
    """Parse a file, or take what was parsed before, and check it.

    Raises:
        ConfigError: The file cannot be read, or holds something that cannot be used; it names the file and the key.
    """
    # Before the file is read: one that is changed meanwhile is read again the next time.
    state = _state(path)
    kept = cache.get(path, state)
    data = _parse(path) if kept is None else kept
    try:
        found = msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise _refused(str(error), path, shape) from error
    if kept is None and _survives_json(data, found):
        cache.put(path, state, data)
    return found


def _refused(told: str, path: Path, shape: type[Struct]) -> ConfigError:
    """What is wrong with a file, from the words of msgspec."""
    if unknown := re.match(_UNKNOWN_FIELD, told):
        key = ".".join(filter(None, (unknown["at"], unknown["field"])))
        if shape is FoundFile and not unknown["at"]:
            problem = "a file found in a working directory may only set attribution"
        else:
            from difflib import get_close_matches  # noqa: PLC0415  # only for a person who mistyped

            near = get_close_matches(unknown["field"], _keys(shape, unknown["at"] or ""), n=1)
            problem = "there is no such key" + (f" (did you mean {near[0]!r}?)" if near else "")
        return ConfigError(problem, file=str(path), key=key)
    match = re.match(_AT, told)
    problem, at = (match["problem"], match["at"] or None) if match else (told, None)
    return ConfigError(_SAID.get(problem) or _expected(problem), file=str(path), key=at)


def _expected(problem: str) -> str:
    """Which kind of value must stand there; what msgspec says of anything else."""
    match = re.fullmatch(_EXPECTED, problem)
    if match is None:
        return problem
    kinds = [_KINDS.get(kind) for kind in match["wanted"].split(" | ") if kind != "null"]
    named = [kind for kind in kinds if kind is not None]
    return f"must be {' or '.join(named)}" if len(named) == len(kinds) else problem


def _keys(shape: type[Struct], at: str) -> list[str]:
    """The keys that may stand at a place of a file: ``pricing.overrides[0]``."""
    shapes = [shape]
    for key in filter(None, re.sub(_PLACE, "", at).split(".")):
        fields = [field for one in shapes for field in msgspec.structs.fields(one)]
        shapes = [found for field in fields if field.encode_name == key for found in _shapes(field.type)]
    return [field.encode_name for one in shapes for field in msgspec.structs.fields(one)]


def _shapes(annotation: Any) -> list[type[Struct]]:  # noqa: ANN401  # any annotation
    """The sections in the type of a key."""
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _shapes(argument)]


def _survives_json(data: dict[str, Any], found: object) -> bool:
    """Whether a parsed file means the same when it comes back from JSON; infinity, for one, does not."""
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(data), type=type(found)) == found)
    except (TypeError, ValueError, msgspec.MsgspecError):
        return False


def _parse(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415  # a file that was parsed before needs no YAML reader

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", file=str(path)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # ValueError: bytes that are no UTF-8, or a date such as 2026-02-30.
        raise ConfigError(f"is not valid YAML ({_problem(error)})", file=str(path)) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError("must hold keys and values", file=str(path))
    return data


def _problem(error: Exception) -> str:
    """What a parser says, without the piece of the file that it shows: a secret may stand there."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    told = str(error) if mark is None else f"line {mark.line + 1}: {problem}"
    return " ".join(told.split())


def _state(path: Path) -> list[int]:
    """What changes when a file is changed: nanoseconds and bytes."""
    try:
        state = path.stat()
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", file=str(path)) from error
    return [state.st_mtime_ns, state.st_size]


class FileCache:
    """Parsed files by path, time of change and size, kept as JSON in the home, the newest last."""

    def __init__(self, path: Path) -> None:
        """Read what was kept; what cannot be read is made again.

        Args:
            path: The file that they are kept in.
        """
        self._path = path
        self._changed = False
        try:
            self._files: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            self._files = {}

    def get(self, path: Path, state: list[int]) -> dict[str, Any] | None:
        """What a file held when it was in this state, None when that is not known."""
        entry = self._files.get(os.path.realpath(path))
        return entry["data"] if isinstance(entry, dict) and entry.get("state") == state else None

    def put(self, path: Path, state: list[int], data: dict[str, Any]) -> None:
        """Keep what a file holds in this state."""
        name = os.path.realpath(path)
        self._files.pop(name, None)
        self._files[name] = {"state": state, "data": data}
        self._changed = True

    def save(self) -> None:
        """Write what is new, without files that are gone; a home that cannot be written only costs time."""
        if not self._changed or not self._path.parent.is_dir():
            return
        there = [(name, entry) for name, entry in self._files.items() if os.path.exists(name)]  # noqa: PTH110  # names are texts here, and one may hold a null character
        partial = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            partial.write_bytes(msgspec.json.encode(dict(there[-_KEPT:])))
            partial.chmod(0o600)
            partial.replace(self._path)
        except (OSError, TypeError, ValueError):
            # ValueError: a path that is no UTF-8 has no place in JSON.
            with suppress(OSError):
                partial.unlink(missing_ok=True)
