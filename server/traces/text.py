"""Answers as they are kept, without traces of places: the same text always becomes the same text."""

import json

from verification.reading.differences import AnswerChange
from verification.reading.traces import changes_without_traces, without_traces

NOTHING = ""  # left of what nobody can read: nobody could say where in it the point is


def text_without_traces(text: str) -> tuple[str, list[str]]:
    """Give answers without traces of places, and those traces; written anew only where there were some."""
    try:
        answers = json.loads(text)
        left, taken = without_traces(answers) if isinstance(answers, dict) else (None, [text])
    except (ValueError, RecursionError):
        left, taken = None, [text]
    if left is None:
        return NOTHING, taken if text else []
    return (json.dumps(left, separators=(",", ":")) if taken else text), taken


def noted_without_traces(changes: str) -> str:
    """Give what an edit changed, as it is kept, without traces of places."""
    found: list[AnswerChange] = [(path, before, after) for path, before, after in json.loads(changes)]
    left = changes_without_traces(found)
    return json.dumps(left) if left != found else changes
