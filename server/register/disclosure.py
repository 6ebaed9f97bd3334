"""Which places may be named, and how precisely: the one place that decides it (docs/data.md)."""

_BY_SUBDISTRICT = frozenset({"lksa", "rumah_singgah", "rumah_aman"})  # where children live who need protection


def by_subdistrict_only(kind: str) -> bool:
    """Tell whether a place appears without name, village, point and photograph: by its subdistrict alone."""
    return kind in _BY_SUBDISTRICT
