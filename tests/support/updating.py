"""What an update of Tilik may bring while a round is under way: other numbers, and another text of a set."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from server import rulebook
from server.rounds import rules as fixing
from verification.sets.indicators import IndicatorSet

OTHER_NAME = "Nama dari Tilik yang lain"


@contextmanager
def another_tilik(number: int, points: float) -> Iterator[None]:
    """Let the files be another Tilik's: nobody is ever sure, categories begin low, an indicator has other points.

    That indicator is called otherwise too, and so is what is looked at there. Every module that reads the files by a
    name of its own reads those.
    """
    load, old, indicators = rulebook.load_indicators, rulebook.load_rules(), rulebook.load_indicators()
    name = {"id": OTHER_NAME, "en": OTHER_NAME}
    matching = replace(old.matching, automatic=0.999_999_999, person=0.999_999_99)
    low = {name: begin / 1000 for name, begin in old.categories.begin.items()}
    new = replace(old, version="another", matching=matching, flags=replace(old.flags, away_m=1.0),
                  categories=replace(old.categories, begin=low))  # fmt: skip
    changed = replace(indicators, indicators=tuple(
        replace(one, points=points, name=name, criteria=tuple(replace(each, text=name) for each in one.criteria))
        if one.number == number else one for one in indicators.indicators))  # fmt: skip

    def loaded(set_id: str = rulebook.DEFAULT_SET) -> IndicatorSet:
        return changed if set_id == rulebook.DEFAULT_SET else load(set_id)

    with pytest.MonkeyPatch.context() as patched:
        for module in [module for name, module in sys.modules.items() if name.startswith("server.")]:
            for read, instead in (("load_rules", lambda: new), ("load_indicators", loaded)):
                if hasattr(module, read):
                    patched.setattr(module, read, instead)
        patched.setattr("server.results.inputs.code_digest", lambda: "of another Tilik")
        fixing._known.clear()  # it is another process
        yield
    fixing._known.clear()
