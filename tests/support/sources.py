"""Our own sources taken apart, once in each process for all tests that look through them: each would take a second."""

import ast
from functools import cache


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Give all that a source is made of, the module itself first."""
    return tuple(ast.walk(ast.parse(source)))
