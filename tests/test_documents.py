"""What documents and docstrings name is there; what has to be named there, packages and tables, is."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.schema import metadata
from server.settings import CHECKOUT
from tests.support.sources import nodes

ROOMS = ("server", "workers", "verification", "xlsforms", "tests")
CONTRIBUTING, DATA = CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "docs/data.md"
DOCUMENTS = [CONTRIBUTING, CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
SOURCES = [CHECKOUT / "tilik.py", *(file for room in ROOMS for file in sorted((CHECKOUT / room).rglob("*.py")))]
_PATH = re.compile(rf"(?<![\w/.])(?:{'|'.join(ROOMS)}|docs|\.ci)/[\w./*-]*[\w*/]")
_MODULE = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)+)`")
_LINK = re.compile(r"\]\(([^)#:]+)\)")


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def lacking(text: str, folder: Path = CHECKOUT) -> list[str]:
    """List the paths, modules and links of a text that are not there."""
    paths = [path for path in _PATH.findall(text) if not list(CHECKOUT.glob(path.rstrip("/")))]
    modules = [module for module in _MODULE.findall(text) if not is_there(module)]
    return paths + modules + [link for link in _LINK.findall(text) if not (folder / link).exists()]


def is_there(name: str) -> bool:
    """Tell whether there is a module, or something in a module, of this name."""
    path = CHECKOUT / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module, _, attribute = name.rpartition(".")
    return "." in module and is_there(module) and hasattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_what_a_document_names_is_there(file: Path) -> None:
    assert lacking(text_of(file), file.parent) == []


def docstrings() -> Iterator[tuple[Path, str]]:
    for file in SOURCES:
        text = text_of(file)
        if not any(name.search(text) for name in (_PATH, _MODULE, _LINK)):
            continue  # no docstring of it names anything
        for node in ast.walk(ast.parse(text)) if "tests" in file.relative_to(CHECKOUT).parts else nodes(text):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield file, ast.get_docstring(node) or ""


def test_what_a_docstring_names_is_there() -> None:
    found = [(file.relative_to(CHECKOUT).as_posix(), name) for file, text in docstrings() for name in lacking(text)]
    assert found == []


def test_the_two_tests_above_see_what_is_not_there() -> None:
    gone = "`workers/jobs.py` `server.report_builder` `server.words.Nobody` [x](docs/nothing.md) tests/server/no_*.py"
    assert len(lacking(gone)) == 6  # the link's path is seen twice
    assert lacking("`server.words.Catalogue`, `server/words.py`, `tests/test_*.py`, https://server/nothing.py") == []


def test_the_map_names_every_package() -> None:
    packages = {f"{init.parent.relative_to(CHECKOUT).as_posix()}/" for init in CHECKOUT.glob("[svwx]*/*/__init__.py")}
    assert len(packages) > 25
    assert [package for package in sorted(packages) if f"\n  {package} " not in text_of(CONTRIBUTING)] == []


def defined() -> set[str]:
    """Name every class of ours."""
    trees = (nodes(text_of(file)) for file in SOURCES
             if "tests" not in file.relative_to(CHECKOUT).parts)  # fmt: skip
    return {node.name for tree in trees for node in tree if isinstance(node, ast.ClassDef)}


def test_the_words_are_those_of_the_code() -> None:
    words = text_of(CONTRIBUTING).partition("## Words")[2].partition("\n## ")[0]
    named, ours = re.findall(r"`([A-Z][a-z]\w*)`", words), defined()
    assert len(named) > 20 and [name for name in named if name not in ours] == []


def test_every_table_is_told_of_where_personal_data_is() -> None:
    kept = text_of(DATA).partition("## What is kept")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)", kept))
    assert sorted(metadata.tables.keys() - named) == []
