"""Find indicators' numbers where none may stand: in code, pages and rules, in whatever way they could be written."""

import ast
import re

from tests.support.sources import nodes

_BY_NUMBER = frozenset({"by_number", "claims", "indicators"})
_A_KIND_OR_FORM = re.compile(r"visit_\w+|pojok_asi|lksa|rumah_\w+|sekolah")
_A_CODE = re.compile(r"\d{1,2}([a-z]\d{0,2}|_\d)")  # 17a, 17a1, 2_2: questions and answers carry the number too
_IN_TEXT = re.compile(
    r"indicators?(\.number)?\s*(=|==|!=|<|>|in)\s*[\[(]?\d"  # indicator = 13, indicator.number in (13, 17)
    r"|\bnumber\s*(==|!=|\bin\b)\s*[\[(]?\d"
    r"|(by_number|claims|indicators)(\[|\.get\()\d"
    r"|(indicator|line)-\d"  # the page's own anchors
    r"|indicator\(\d",
    re.IGNORECASE,
)


def numbers_in_text(text: str) -> list[str]:
    """Find them in a page, a statement or a file of rules."""
    return [match.group() for match in _IN_TEXT.finditer(text)]


def numbers_in_code(source: str) -> list[str]:
    """Find them in a module's source; each as the line that it stands in."""
    lines = source.splitlines()
    found = (node for node in nodes(source) if _names_one(node))
    return [lines[getattr(node, "lineno", 1) - 1].strip() for node in found]


def _names_one(node: ast.AST) -> bool:
    match node:
        case ast.Subscript(value=value, slice=key):
            return _name(value) in _BY_NUMBER and _is_number(key)
        case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[key, *_]):
            return _name(value) in _BY_NUMBER and _is_number(key)
        case ast.Call(func=called, args=[first, *_]):
            return "indicator" in _name(called).lower() and _has_number(first)
        case ast.keyword(arg=str(name), value=value):
            return "indicator" in name.lower() and _has_number(value)
        case ast.Compare(left=left, ops=ops, comparators=others):
            picks_one = any(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in ops)
            return picks_one and any(map(_is_an_indicator, [left, *others])) and any(map(_has_number, [left, *others]))
        case ast.Match(subject=subject, cases=cases):
            return _is_an_indicator(subject) and any(_has_number(case.pattern) for case in cases)
        case ast.Dict(keys=keys, values=values):
            return any(_pairs_one(key, value) for key, value in zip(keys, values, strict=True))
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            return "indicator" in _name(target).lower() and _has_number(value)
        case ast.FunctionDef(args=taken):
            names = [argument.arg for argument in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
            defaults = [default for default in (*taken.defaults, *taken.kw_defaults) if default]
            return any("indicator" in name for name in names) and any(map(_has_number, defaults))
        case ast.Constant(value=str(text)):
            return bool(_A_CODE.fullmatch(text) or numbers_in_text(text))
    return False


def _pairs_one(key: ast.expr | None, value: ast.expr) -> bool:
    """Tell whether a pair leads from a kind of place or a form to a number, or from a number to something."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return bool(_A_KIND_OR_FORM.fullmatch(key.value)) and _has_number(value)
    return key is not None and _is_number(key)


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _is_an_indicator(node: ast.AST) -> bool:
    return "indicator" in _name(node).lower() or getattr(node, "attr", "") == "number"


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value < 100


def _has_number(node: ast.AST) -> bool:
    """Tell whether a number stands there, alone or in a list."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    if isinstance(node, ast.pattern):
        parts = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.MatchValue)]
    return any(map(_is_number, parts))
