"""Every kind of work there is, and what its key says: the table has kind and key as text, all others have these."""

from dataclasses import astuple, dataclass, fields
from typing import ClassVar, Self


@dataclass(frozen=True)
class Work:
    """A piece of work; its fields say what for."""

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """What for, as the table has it."""
        return "/".join(map(str, astuple(self)))

    @classmethod
    def of(cls, key: str) -> Self:
        """Read it from the table. Only the last field may hold a slash. Raises ValueError for what is no such key."""
        types = [int if field.type in (int, "int") else str for field in fields(cls)]
        parts = key.split("/", len(types) - 1) if types or key else []
        return cls(*(kind(part) for kind, part in zip(types, parts, strict=True)))


@dataclass(frozen=True)
class Pulls(Work):
    """Ask for a pull of every form."""

    kind = "pulls"


@dataclass(frozen=True)
class Pull(Work):
    """Pull a form and its files."""

    kind = "pull"
    form_id: str


@dataclass(frozen=True)
class LookOverAll(Work):
    """Ask for a slow pass over every form."""

    kind = "checks"


@dataclass(frozen=True)
class LookOver(Work):
    """Look over everything of a form."""

    kind = "check"
    form_id: str


@dataclass(frozen=True)
class Certify(Work):
    """Compare everything with Central."""

    kind = "certify"


@dataclass(frozen=True)
class Read(Work):
    """Read what has come, and see where it belongs."""

    kind = "read"


@dataclass(frozen=True)
class Place(Work):
    """See again where everything belongs: rounds or areas have changed."""

    kind = "place"


@dataclass(frozen=True)
class Verify(Work):
    """Verify a district's part of a round."""

    kind = "verify"
    round_id: str
    district: str


@dataclass(frozen=True)
class CatchUp(Work):
    """Verify again what was computed by other rules, or is stored in an older shape."""

    kind = "catch_up"


@dataclass(frozen=True)
class Facilities(Work):
    """Bring the list on phones up to the register."""

    kind = "facilities"


@dataclass(frozen=True)
class ApprovalLists(Work):
    """Note which entity lists an approval would write to."""

    kind = "approval_lists"


@dataclass(frozen=True)
class WriteBack(Work):
    """Carry a decision to Central."""

    kind = "write_back"
    decision: int


@dataclass(frozen=True)
class Remove(Work):
    """Take away at Central what was lawfully removed here."""

    kind = "remove"
    removal: int


@dataclass(frozen=True)
class Sweep(Work):
    """Forget what is done with."""

    kind = "sweep"


KINDS: dict[str, type[Work]] = {found.kind: found for found in Work.__subclasses__()}
