"""Values made by the million: as dataclasses that Python itself holds unchanged, made in a tenth of the time."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

from server.settings import CHECKOUT
from verification.record import record

ROOMS = ("server", "workers", "verification", "xlsforms")


@record
class _Made:
    lon: float
    names: tuple[str, ...] = ()


def test_it_is_equal_and_hashed_by_what_it_says_and_has_no_other_fields() -> None:
    one = _Made(1.0, ("a",))
    assert one == _Made(1.0, ("a",)) != replace(one, lon=2.0) and len({one, _Made(1.0, ("a",))}) == 1
    assert [field.name for field in fields(one)] == ["lon", "names"] and not hasattr(one, "__dict__")


def test_the_type_checker_lets_nobody_change_one(tmp_path: Path) -> None:
    changing = tmp_path / "changing.py"
    changing.write_text("from verification.model import Fix\n\nFix(1.0, 2.0, None).lon = 3.0\n", encoding="utf-8")
    said = subprocess.run([sys.executable, "-m", "mypy", "--no-incremental", str(changing)], cwd=CHECKOUT,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert said.returncode == 1 and 'Property "lon" defined in "Fix" is read-only' in said.stdout, said


def test_none_is_made_in_the_slow_way() -> None:
    slow = [file.name for room in ROOMS for file in (CHECKOUT / room).rglob("*.py")
            if "@dataclass(frozen=True, slots=True)" in file.read_text(encoding="utf-8")]  # fmt: skip
    assert slow == []
