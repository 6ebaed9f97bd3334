"""Villages on squares of ground, and what becomes of them from one version to the next."""

from shapely import box
from shapely.geometry.base import BaseGeometry

from verification.model import Village
from verification.places.succession import Areas
from verification.places.versions import VersionPlan, compare_versions


def square(column: float, row: float = 0, columns: float = 1, rows: float = 1) -> BaseGeometry:
    """Give a rectangle of so many squares of 1.1 km."""
    west, south = 110 + column * 0.01, -5 + row * 0.01
    return box(west, south, west + columns * 0.01, south + rows * 0.01)


def version(villages: dict[str, tuple[str, BaseGeometry | None]], **parents: str) -> Areas:
    """Give a version of these villages: name and outline by code; parents are called p99_01 for 99.01."""
    higher = {code[1:].replace("_", "."): name for code, name in parents.items()}
    above = {".".join(code.split(".")[:parts]) for code in villages for parts in (1, 2, 3)}
    names = {code: code for code in above} | higher | {code: name for code, (name, _) in villages.items()}
    return Areas(names, [Village(code, name, outline) for code, (name, outline) in villages.items() if outline])


def compare(
    old: dict[str, tuple[str, BaseGeometry | None]], new: dict[str, tuple[str, BaseGeometry | None]]
) -> VersionPlan:
    return compare_versions(version(old), version(new))


def recoded(plan: VersionPlan) -> dict[str, str]:
    return {pair.old: pair.new for pair in plan.recoded}


def unsure(plan: VersionPlan) -> dict[str, list[tuple[str, float | None]]]:
    return {
        one.old: [(pair.new, None if pair.of_old is None else round(pair.of_old, 2)) for pair in one.candidates]
        for one in plan.unsure
    }
