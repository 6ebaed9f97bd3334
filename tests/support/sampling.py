"""How much of a long list a test tries: a few of it, always the same, or all of it, which `.ci/run` alone does."""

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine

Thing = TypeVar("Thing")
Share = Callable[[Sequence[Any]], Sequence[Any]]
FEW = 2
A_FEW, ALL = 30, 100  # examples of a property


def a_few(things: Sequence[Thing]) -> Sequence[Thing]:
    """Draw a few; the same ones out of as many things."""
    return random.Random(len(things)).sample(things, min(FEW, len(things)))


def half_of_them(things: Sequence[Thing], engine: Engine) -> Sequence[Thing]:
    """Give every second one, by the kind of database: what costs much and goes alike with both is tried once."""
    return things[engine.dialect.name == "sqlite" :: 2]


def all_of_them(things: Sequence[Thing]) -> Sequence[Thing]:
    return things


A_FEW_OR_ALL = pytest.mark.parametrize(
    "share", [a_few, pytest.param(all_of_them, marks=pytest.mark.ci)], ids=["a few", "all"]
)
