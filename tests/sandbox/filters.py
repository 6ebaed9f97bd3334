"""The part of OData's $filter that the sandbox understands: moments of __system compared, with and, or, brackets."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Predicate = Callable[[Mapping[str, Any]], bool]
_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_FIELDS = {f"__system/{name}": name for name in ("submissionDate", "updatedAt", "deletedAt")}


def parse(text: str) -> Predicate:
    """Read a filter; the predicate takes a submission's system fields. Raises ValueError for anything else."""
    tokens = [*_TOKEN.findall(text), ""]
    predicate = _joined(tokens)
    if tokens != [""]:
        raise ValueError(f"unexpected {tokens[0]}")
    return predicate


def _joined(tokens: list[str], word: str = "or", combine: Callable[..., bool] = any) -> Predicate:
    parts: list[Predicate] = []
    while not parts or (tokens[0] == word and tokens.pop(0)):
        parts.append(_joined(tokens, "and", all) if word == "or" else _one(tokens))
    return lambda system: combine(part(system) for part in parts)


def _one(tokens: list[str]) -> Predicate:
    if tokens[0] == "(":
        tokens.pop(0)
        inside = _joined(tokens)
        if tokens.pop(0) != ")":
            raise ValueError("a bracket is open")
        return inside
    name, operator, literal = (*tokens[:3], "", "")[:3]
    del tokens[:3]
    if name not in _FIELDS or operator not in ("ge", "le"):
        raise ValueError(f"{name} {operator}")
    field, bound = _FIELDS[name], datetime.fromisoformat(literal)

    def holds(system: Mapping[str, Any]) -> bool:
        moment = datetime.fromisoformat(system[field]) if system[field] else None
        return moment is not None and (moment >= bound if operator == "ge" else moment <= bound)

    return holds
