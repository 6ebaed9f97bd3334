"""Which places may be named, and how precisely: the one place that decides it (docs/data.md)."""

from server.rulebook import load_kinds


def by_subdistrict_only(kind: str | None) -> bool:
    """Tell whether a place appears without name, village, point and photograph: by its subdistrict alone.

    So do homes of those who need protection, and every place whose kind is not known.
    """
    return not load_kinds().may_be_shown_openly(kind)
