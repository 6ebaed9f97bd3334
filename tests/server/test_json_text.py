"""JSON is read and written as Python's own module does it, whatever it is."""

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.json_text import read_json, write_json

texts = st.text(st.characters(codec="utf-8")) | st.text(st.characters(), max_size=5)  # half a surrogate too
numbers = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False)
plain = st.none() | st.booleans() | numbers | texts
values = st.recursive(plain, lambda of: st.lists(of) | st.dictionaries(texts, of), max_leaves=20)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two are equal, and of one type, to the sign of a zero and the order of names."""
    return repr(one) == repr(other)


@example("\ud800", False, (",", ":"))
@given(values, st.booleans(), st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")]))
def test_what_python_wrote_is_read_alike(value: Any, ascii_only: bool, between: tuple[str, str]) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, separators=between)
    assert _same(read_json(text), json.loads(text))


@example({"\ud800": "\udfff"})
@given(values)
def test_what_is_written_is_what_python_reads(value: Any) -> None:
    assert _same(json.loads(write_json(value)), value)


@given(st.text(st.sampled_from('[]{}",:\\u0123dDeE+-.nulltrefasNIity \n'), max_size=12))
def test_what_is_no_json_is_refused_and_nothing_else(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):
            read_json(text)
    else:
        assert _same(read_json(text), expected)


@pytest.mark.parametrize("depth", [150, 500])
def test_deep_nesting_is_read_and_written(depth: int) -> None:
    text = "[" * depth + "]" * depth
    assert write_json(read_json(text)) == text


def test_nesting_without_end_is_refused_as_ever() -> None:
    with pytest.raises(RecursionError):
        read_json("[" * 100_000)


def test_what_is_no_number_is_kept_and_what_is_no_json_is_not_written() -> None:
    assert math.isnan(read_json(write_json(math.nan)))
    with pytest.raises(TypeError):
        write_json(object())
