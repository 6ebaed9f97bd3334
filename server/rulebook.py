"""Load the data files of the rules: indicator sets, kinds of place, adjustable numbers (`verification/` opens none)."""

import hashlib
import tomllib
from functools import cache, lru_cache
from pathlib import Path

import verification
from server.sets.kept import digest_of_kept, plain_of_kept
from verification.comparing.beside import Benchmark, read_benchmarks
from verification.desk.window import DaysOff, read_days_off
from verification.flags.flag import Flag, Rate, read_rates
from verification.places.kinds import Kinds, read_kinds
from verification.rules import Rules, read_rules
from verification.sets.indicators import IndicatorSet, read_indicator_set
from verification.sets.known import Known, known_codes
from verification.sets.sheets import restored

FOLDER = Path(verification.__file__).parent
DEFAULT_SET = "permen-pppa-12-2011"


def load_indicators(set_id: str = DEFAULT_SET) -> IndicatorSet:
    """Load an indicator set by its id, which may come from a workbook: one that comes with Tilik, or a kept one.

    A kept one is looked up in the database at work. Raises FileNotFoundError for an unknown one.
    """
    if set_id in built_in_sets():
        return _built_in(set_id)
    digest = digest_of_kept(set_id)
    if digest is None:
        raise FileNotFoundError(set_id)
    return _kept(set_id, digest)


def knows_set(set_id: str) -> bool:
    """Tell whether there is an indicator set of this id."""
    return set_id in built_in_sets() or digest_of_kept(set_id) is not None


@cache
def built_in_sets() -> tuple[str, ...]:
    """Name the indicator sets that come with Tilik."""
    return tuple(sorted(file.stem for file in (FOLDER / "sets").glob("*.toml")))


@cache
def _built_in(set_id: str) -> IndicatorSet:
    text = (FOLDER / "sets" / f"{set_id}.toml").read_text(encoding="utf-8")
    return read_indicator_set(tomllib.loads(text), load_kinds())


@lru_cache(maxsize=16)  # by its digest: whatever is kept under this id later is another
def _kept(set_id: str, digest: str) -> IndicatorSet:
    return restored(plain_of_kept(set_id, digest), codes_of_sets())


@cache
def codes_of_sets() -> Known:
    """Load which codes an indicator set may name."""
    return known_codes(load_kinds().by_code)


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
