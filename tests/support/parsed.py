"""Our own sources as trees: many tests look through all of them, and parsing takes most of that."""

import ast
from functools import cache


@cache
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """Give all nodes of a source's text, its module first, each before what is in it; parsed once in a process."""
    return tuple(ast.walk(ast.parse(source)))
