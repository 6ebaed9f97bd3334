"""Load the data files of the rules: the indicator sets and the adjustable numbers (`verification/` opens no files)."""

import tomllib
from functools import cache
from pathlib import Path

import verification
from verification.rules import Rules, read_rules
from verification.sets.indicators import IndicatorSet, read_indicator_set

FOLDER = Path(verification.__file__).parent
DEFAULT_SET = "permen-pppa-12-2011"


@cache
def load_indicators(set_id: str = DEFAULT_SET) -> IndicatorSet:
    """Load an indicator set by its id. Raises FileNotFoundError for an unknown one."""
    return read_indicator_set(tomllib.loads((FOLDER / "sets" / f"{set_id}.toml").read_text(encoding="utf-8")))


@cache
def load_rules() -> Rules:
    """Load the adjustable numbers."""
    return read_rules(tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8")))
