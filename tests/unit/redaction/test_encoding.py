"""What UTF-8 cannot carry is replaced, and nothing else."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.redactor import Redactor
from otel_usage.settings import RedactionSettings

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_a_text_that_can_be_carried_stays_the_same_object(text: str) -> None:
    """The others lose the halves of surrogate pairs, one character for one."""
    clean = encodable(text)
    assert clean.encode().decode() == clean
    assert len(clean) == len(text)
    assert (clean is text) == (not any("\ud800" <= character <= "\udfff" for character in text))


@given(ANY)
def test_what_was_redacted_can_be_carried(text: str) -> None:
    """In nested values too; bytes, which hold no text, stay as they are."""
    redactor = Redactor(RedactionSettings())
    assert encodable(redactor.text(text)) == redactor.text(text)
    assert json.dumps(redactor.value({text: [text]}), ensure_ascii=False).encode()
    assert redactor.value(b"\xff\xfe") == b"\xff\xfe"
