"""Every kind of work there is, and what its key says: the table has kind and key as text, all others have these.

Each says for whom it acts: for a person, by their permission and about what; or for nobody, with the reason. What was
permitted when a person asked is carried out, also where they have lost the role since: it was their decision.
"""

from dataclasses import astuple, dataclass, fields
from typing import Any, ClassVar, Self

from server.roles.table import Permission


class NobodySaid(TypeError):
    """A kind of work that does not say for whom it acts."""


@dataclass(frozen=True)
class ForPerson:
    """Carries out what a person was permitted to do, by one of these; `about` is the field that names their act."""

    permissions: frozenset[Permission]
    about: str


@dataclass(frozen=True)
class ForNobody:
    """Is the machine's own work, for a reason."""

    why: str


_BY_THE_CLOCK = ForNobody("it is due by time, or by what Central has, whoever asks for it")
_FOLLOWS = ForNobody("it brings up to date what follows from what is stored, whoever changed that")


@dataclass(frozen=True)
class Work:
    """A piece of work; its fields say what for."""

    kind: ClassVar[str]
    acts_for: ClassVar[ForPerson | ForNobody]

    def __init_subclass__(cls, **more: Any) -> None:
        """Refuse a kind that does not say for whom it acts. Raises NobodySaid."""
        super().__init_subclass__(**more)
        said = cls.__dict__.get("acts_for")
        if not isinstance(said, ForPerson | ForNobody):
            raise NobodySaid(cls.__name__)
        if isinstance(said, ForPerson) and not (said.permissions and said.about in cls.__annotations__):
            raise NobodySaid(f"{cls.__name__}: {said.about}")

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
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class Pull(Work):
    """Pull a form and its files."""

    kind = "pull"
    acts_for = _BY_THE_CLOCK
    form_id: str


@dataclass(frozen=True)
class LookOverAll(Work):
    """Ask for a slow pass over every form."""

    kind = "checks"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class LookOver(Work):
    """Look over everything of a form."""

    kind = "check"
    acts_for = _BY_THE_CLOCK
    form_id: str


@dataclass(frozen=True)
class Certify(Work):
    """Compare everything with Central."""

    kind = "certify"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class Read(Work):
    """Read what has come, and see where it belongs."""

    kind = "read"
    acts_for = _FOLLOWS


@dataclass(frozen=True)
class Place(Work):
    """See again where everything belongs: rounds or areas have changed."""

    kind = "place"
    acts_for = _FOLLOWS


@dataclass(frozen=True)
class Verify(Work):
    """Verify a district's part of a round."""

    kind = "verify"
    acts_for = _FOLLOWS
    round_id: str
    district: str


@dataclass(frozen=True)
class DeleteTraces(Work):
    """Delete the traces of places of a district's part of a round that was closed."""

    kind = "traces"
    acts_for = _FOLLOWS
    round_id: str
    district: str


@dataclass(frozen=True)
class CatchUp(Work):
    """Verify again what was computed by other rules, or is stored in an older shape."""

    kind = "catch_up"
    acts_for = _FOLLOWS


@dataclass(frozen=True)
class Facilities(Work):
    """Bring the list on phones up to the register."""

    kind = "facilities"
    acts_for = _FOLLOWS


@dataclass(frozen=True)
class ApprovalLists(Work):
    """Note which entity lists an approval would write to."""

    kind = "approval_lists"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class WriteBack(Work):
    """Carry a decision to Central."""

    kind = "write_back"
    acts_for = ForPerson(frozenset({Permission.REVIEW, Permission.COMMENT}), about="decision")
    decision: int


@dataclass(frozen=True)
class Assign(Work):
    """Bring an assignment to phones as it stands, or take it back from there."""

    kind = "assign"
    acts_for = ForPerson(frozenset({Permission.FOLLOW_UP, Permission.ASSIGN}), about="assignment")
    assignment: int


@dataclass(frozen=True)
class Phones(Work):
    """Let Central have every team's phones as they are to be."""

    kind = "phones"
    acts_for = _FOLLOWS


@dataclass(frozen=True)
class EndPhone(Work):
    """Let nobody in by a phone any more."""

    kind = "end_phone"
    acts_for = ForPerson(frozenset({Permission.TEND_PHONES, Permission.MANAGE_TEAMS}), about="phone")
    phone: int


@dataclass(frozen=True)
class SealSheets(Work):
    """Make what stands on the sheets of a team's phones, for who asked to print them."""

    kind = "phone_sheets"
    acts_for = ForPerson(frozenset({Permission.TEND_PHONES}), about="sheet")
    sheet: int


@dataclass(frozen=True)
class CheckPhones(Work):
    """Check before departure what a team's phones are given."""

    kind = "check_phones"
    acts_for = ForPerson(frozenset({Permission.TEND_PHONES}), about="team")
    team: int


@dataclass(frozen=True)
class PlanPublishing(Work):
    """See what publishing would do at Central, for who asked on the page."""

    kind = "plan_publishing"
    acts_for = ForPerson(frozenset({Permission.PUBLISH_FORMS}), about="publishing")
    publishing: int


@dataclass(frozen=True)
class CarryOut(Work):
    """Publish what was agreed to on the page."""

    kind = "publish"
    acts_for = ForPerson(frozenset({Permission.PUBLISH_FORMS}), about="publishing")
    publishing: int


@dataclass(frozen=True)
class ShareLists(Work):
    """Let Central give each phone its own places only, or all again, as was asked."""

    kind = "share_lists"
    acts_for = ForPerson(frozenset({Permission.SHARE_LISTS}), about="sharing")
    sharing: int


@dataclass(frozen=True)
class Remove(Work):
    """Take away at Central what was lawfully removed here."""

    kind = "remove"
    acts_for = ForPerson(frozenset({Permission.REMOVE_BY_LAW, Permission.CLOSE_PART}), about="removal")
    removal: int


@dataclass(frozen=True)
class SeeWhatWaits(Work):
    """See what waits for whom, and put it into the outbox."""

    kind = "what_waits"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class SeeAlerts(Work):
    """See whether all is well with Tilik itself, and put into the outbox what is not."""

    kind = "alerts"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class Tell(Work):
    """Send what is due in the outbox."""

    kind = "tell"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class PutApart(Work):
    """Put the tombstones beside the backups, so that a restore knows them."""

    kind = "tombstones"
    acts_for = _FOLLOWS


class ScanDocuments(Work):
    """Ask the virus scanner about documents that it has not seen."""

    kind = "scan"
    acts_for = _FOLLOWS


class Seal(Work):
    """Seal what was written down of people's acts."""

    kind = "seal"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class ChildBatch(Work):
    """Check what children answered in a district's sessions of a month, and pass it on to Central, shuffled."""

    kind = "child_batch"
    acts_for = _FOLLOWS
    round_id: str
    district: str
    month: str


@dataclass(frozen=True)
class ForgetAnswers(Work):
    """Delete children's answers whose time is over, at Central and here."""

    kind = "forget_answers"
    acts_for = _FOLLOWS


@dataclass(frozen=True)
class WatchRegister(Work):
    """See whether somebody is to be told that something waits in the register of incidents."""

    kind = "watch_register"
    acts_for = _BY_THE_CLOCK


@dataclass(frozen=True)
class Sweep(Work):
    """Forget what is done with."""

    kind = "sweep"
    acts_for = _BY_THE_CLOCK


KINDS: dict[str, type[Work]] = {found.kind: found for found in Work.__subclasses__()}
