"""What an update of Tilik may bring while a round is under way: other numbers, and another text of a set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from server import rulebook
from server.rounds import rules as fixing

_READ_BY_NAME = ("server.claims.importing", "server.claims.template", "server.desk.checked", "server.desk.scoring")


@contextmanager
def another_tilik(number: int, points: float) -> Iterator[None]:
    """Let the files be another Tilik's: nobody is ever sure, categories begin low, an indicator has other points."""
    old, indicators = rulebook.load_rules(), rulebook.load_indicators()
    matching = replace(old.matching, automatic=0.999_999_999, person=0.999_999_99)
    low = {name: begin / 1000 for name, begin in old.categories.begin.items()}
    new = replace(old, version="another", matching=matching, flags=replace(old.flags, away_m=1.0),
                  categories=replace(old.categories, begin=low))  # fmt: skip
    changed = replace(indicators, indicators=tuple(
        replace(one, points=points) if one.number == number else one for one in indicators.indicators))  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        for module in (rulebook, fixing):
            patched.setattr(module, "load_rules", lambda: new)
            patched.setattr(module, "load_indicators", lambda set_id=None: changed)
        for name in _READ_BY_NAME:
            patched.setattr(f"{name}.load_indicators", lambda set_id: changed, raising=False)
            patched.setattr(f"{name}.load_rules", lambda: new, raising=False)
        patched.setattr("server.results.inputs.code_digest", lambda: "of another Tilik")
        fixing._known.clear()  # it is another process
        yield
    fixing._known.clear()
