"""Load the data files of the rules: indicator sets, kinds of place, adjustable numbers (`verification/` opens none)."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

import verification
from verification.comparing.beside import Benchmark, read_benchmarks
from verification.desk.window import DaysOff, read_days_off
from verification.flags.flag import Flag, Rate, read_rates
from verification.places.kinds import Kinds, read_kinds
from verification.rules import Rules, read_rules
from verification.sets.indicators import IndicatorSet, read_indicator_set

FOLDER = Path(verification.__file__).parent
SET_FOLDERS = [FOLDER / "sets"]  # where indicator sets are looked for, first found first; tests add a folder of theirs
DEFAULT_SET = "permen-pppa-12-2011"


@cache
def load_indicators(set_id: str = DEFAULT_SET) -> IndicatorSet:
    """Load an indicator set by its id, which may come from a workbook. Raises FileNotFoundError for an unknown one."""
    path = _file_of(set_id)
    if path is None:
        raise FileNotFoundError(set_id)
    return read_indicator_set(tomllib.loads(path.read_text(encoding="utf-8")), load_kinds())


def _file_of(set_id: str) -> Path | None:
    return next((file for folder in SET_FOLDERS for file in folder.glob("*.toml") if file.stem == set_id), None)


def knows_set(set_id: str) -> bool:
    """Tell whether there is an indicator set of this id."""
    return _file_of(set_id) is not None


@cache
def load_rules() -> Rules:
    """Load the adjustable numbers."""
    return read_rules(tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8")), load_kinds())


@cache
def load_benchmarks() -> tuple[Benchmark, ...]:
    """Load the country's numbers."""
    table = tomllib.loads((FOLDER / "comparing" / "benchmarks.toml").read_text(encoding="utf-8"))
    return read_benchmarks(table["benchmarks"])


@cache
def load_days_off() -> DaysOff:
    """Load the holidays and days of joint leave."""
    return read_days_off(tomllib.loads((FOLDER / "desk" / "holidays.toml").read_text(encoding="utf-8")))


@cache
def load_flag_rates() -> dict[Flag, Rate]:
    """Load how often honest visits raise each sign."""
    return read_rates(tomllib.loads((FOLDER / "flags" / "rates.toml").read_text(encoding="utf-8"))["rates"])


@cache
def load_kinds() -> Kinds:
    """Load the kinds of place."""
    return read_kinds(tomllib.loads((FOLDER / "places" / "kinds.toml").read_text(encoding="utf-8")))


@cache
def code_digest() -> str:
    """Digest the rules' own code and data (SHA-256): where one was corrected, the same inputs are computed again."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.relative_to(FOLDER).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
