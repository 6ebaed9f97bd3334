"""What an expression of a form speaks of: questions, functions, lists. Whatever is in a cell can be read.

It need not be right: what cannot be read as an expression is taken for text, and ODK Validate refuses most of that.
Each pattern goes through a text once, however long it is.
"""

import re
from collections.abc import Iterator

# all that Collect's engine knows (JavaRosa 5.1.0), and what Collect adds
FUNCTIONS = frozenset({
    "abs", "acos", "area", "asin", "atan", "atan2", "base64-decode", "boolean", "boolean-from-string", "checklist",
    "coalesce", "concat", "contains", "cos", "count", "count-non-empty", "count-selected", "current", "date",
    "date-time", "decimal-date-time", "decimal-time", "depend", "digest", "distance", "enclosed-area", "ends-with",
    "exp", "exp10", "extract-signed", "false", "format-date", "format-date-time", "geofence", "if", "indexed-repeat",
    "instance", "int", "is-selected", "join", "jr:choice-name", "jr:itext", "log", "log10", "max", "min", "node",
    "normalize-space", "not", "now", "number", "once", "pi", "position", "pow", "property", "pulldata", "random",
    "randomize", "regex", "round", "selected", "selected-at", "sin", "sqrt", "starts-with", "string", "string-length",
    "substr", "substring-after", "substring-before", "sum", "tan", "text", "today", "translate", "true", "uuid",
    "version", "weighted-checklist",
})  # fmt: skip
ARGUMENTS = {
    "boolean-from-string": 1, "contains": 2, "count": 1, "count-non-empty": 1, "count-selected": 1, "date": 1,
    "decimal-date-time": 1, "decimal-time": 1, "ends-with": 2, "false": 0, "format-date": 2, "format-date-time": 2,
    "if": 3, "int": 1, "not": 1, "now": 0, "number": 1, "once": 1, "pow": 2, "regex": 2, "selected": 2,
    "selected-at": 2, "starts-with": 2, "string": 1, "substring-after": 2, "substring-before": 2, "today": 0,
    "translate": 3, "true": 0,
}  # fmt: skip
_OPERATORS = frozenset({"and", "or", "div", "mod"})
_PASSED_ON = frozenset({"", "if", "coalesce", "once"})  # what gives an argument back as it is

_REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^{}\s]+)\s*\}")
_ONE_REFERENCE = re.compile(r"\$\{[^{}]+\}")
_WORD = re.compile(r"[^\W\d][\w.-]*")
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_LOOKUP = re.compile(
    r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)\s*/\s*root\s*/\s*item((?:\s*\[[^\[\]]*\])*)(?:\s*/\s*([\w.-]+))?"
)
_PULLED = re.compile(r"pulldata\(\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]([^'\"]+)['\"]")
_BARE_NAME = re.compile(r"(?<![\w/.$@:-])([^\W\d][\w.-]*+)(?!\s*[(:])")
_PIECE = re.compile(
    r"(?<![\w:.$-])(?P<function>[^\W\d][\w:.-]*+)?\s?\(|(?P<close>\))|(?P<comma>,)"
    r"|\$\{\s?(?P<question>[^{}\s]+)\s?\}|(?P<other>\S)"
)


def references(text: str) -> list[str]:
    """Name the questions that an expression speaks of."""
    return _REFERENCE.findall(text)


def is_one_question(text: str) -> bool:
    """Tell whether an expression is the answer to one question and nothing else."""
    return _ONE_REFERENCE.fullmatch(text) is not None


def is_a_word(text: str) -> bool:
    """Tell whether an expression is one word without quotation marks: to XPath, the name of a question."""
    return _WORD.fullmatch(text) is not None


def bare_names(condition: str) -> list[str]:
    """Name what is of the list itself in a condition on it: no question, no text, no function, no path."""
    plain = _ONE_REFERENCE.sub("$", _without_texts(_LOOKUP.sub("''", condition)))
    return [name for name in _BARE_NAME.findall(plain) if name not in _OPERATORS]


def looked_up(expression: str) -> Iterator[tuple[str, str]]:
    """Give each column that is looked up in a list by its name, with that name."""
    for name, conditions, column in _LOOKUP.findall(expression):
        yield from ((name, one) for one in (*bare_names(conditions), column) if one)
    for name, column, key in _PULLED.findall(expression):
        yield from ((name, one) for one in (column, key))


def calls(expression: str) -> Iterator[tuple[str, int]]:
    """Give each function that is called, with the number of its arguments."""
    within: list[tuple[str, int]] = []
    for piece in _PIECE.finditer(_without_texts(expression)):
        if piece["close"]:
            yield from (one for one in within[-1:] if one[0] and one[0] not in _OPERATORS)
            del within[-1:]
            continue
        if within:
            name, count = within.pop()
            within.append((name, max(count, 1) + bool(piece["comma"])))
        if piece[0].endswith("("):
            within.append((piece["function"] or "", 0))


def taken_over(expression: str) -> Iterator[str]:
    """Name the questions whose answers come out of an expression as they are, at most chosen by `if`."""
    within: list[str] = []
    candidate, is_beginning = "", True
    for piece in _PIECE.finditer(_without_texts(expression)):
        if candidate and (piece["comma"] or piece["close"]):
            yield candidate
        is_open = piece[0].endswith("(")
        candidate = piece["question"] or "" if is_beginning and _PASSED_ON.issuperset(within) else ""
        is_beginning = is_open or bool(piece["comma"])
        if is_open:
            within.append(piece["function"] or "")
        elif piece["close"]:
            del within[-1:]
    if candidate:
        yield candidate


def _without_texts(expression: str) -> str:
    return _LITERAL.sub("''", expression)
