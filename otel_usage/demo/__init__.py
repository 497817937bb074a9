"""The demonstration: real client libraries, a model server on loopback, and what the calls cost."""

from __future__ import annotations

__all__: list[str] = []
