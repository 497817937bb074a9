"""The hash that ids and keys are made of, without OpenSSL, which a short command would load for this alone."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:
    # An interpreter that is built otherwise: the same function.
    from hashlib import blake2b

__all__ = ["blake2b"]
