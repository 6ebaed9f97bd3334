"""Photographs that were sent in another district of their round too: their parts are kept, and looked up for a page.

No result of a district says so, since a photograph elsewhere would change it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from server.areas.queries import named
from server.db import Json, among, insert_into
from server.roles.account import Account
from server.roles.table import Permission
from server.submissions.media import can_be_shown
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.photographs import looks_of, shown_files
from server.visits.tables import PhotoPart
from verification.flags.elsewhere import are_one, parts_of


def keep_parts(session: Session, files: Iterable[int]) -> None:
    """Keep the parts of photographs that were looked at, by their numbers; none of one that is gone by now."""
    seen = session.scalars(select(Attachment).where(among(session, Attachment.id, list(files))))
    rows = [{"part": part, "file_id": file.id} for file in seen if (looks := looks_of(file.traits)) is not None
            for part in parts_of(looks)]  # fmt: skip
    if rows:
        session.execute(insert_into(session, PhotoPart).on_conflict_do_nothing(), rows)


@dataclass(frozen=True)
class SentElsewhere:
    """A visit in another district of which a photograph is one of these too.

    `is_within_reach` tells whether the account may see photographs and submissions there: of any other nothing is said
    but that there is one.
    """

    mine: Attachment
    other: Attachment
    form_id: str
    district: str  # by its name, where it is known
    is_within_reach: bool


Elsewhere = Mapping[str, Sequence[SentElsewhere]]


def sent_elsewhere(
    session: Session, by: Account, project: int, where: tuple[str, str], files: Iterable[Attachment]
) -> Elsewhere:
    """Find visits in other districts of a round that have one of these photographs; by the version that has it here.

    `where` are the round and the district of these, which may be shown themselves: none is of a home, nor is another.
    Nothing is looked up for who may not see submissions here. In one statement where there are none, else in four.
    """
    round_id, district = where
    if not by.may(Permission.SEE_SUBMISSION, district, round_id):
        return {}
    known = _Known(files)
    others = known.others(session, round_id, district)  # before it is asked of so many which may be shown
    shown = shown_files(session, project, among(session, Attachment.id, others)) if others else ()
    pairs = [(mine, other, its) for other, its, _ in shown for mine in known.like(other.digest, other.traits)]
    if not pairs:
        return {}
    areas = named(session, None, {its for *_, its in pairs if its})
    forms = _forms(session, {other.form_pk for _, other, _ in pairs})
    found: dict[tuple[str, int, str], SentElsewhere] = {}
    for mine, other, its in pairs:
        name = areas[its].name if its in areas else its or ""
        key = (mine.instance_id, other.form_pk, other.root_id)
        reached = _sees_both(by, round_id, district, its)
        found.setdefault(key, SentElsewhere(mine, other, forms[other.form_pk], name, reached))
    by_version: dict[str, list[SentElsewhere]] = defaultdict(list)
    for (version, *_), one in sorted(found.items()):
        by_version[version].append(one)
    return by_version


def _forms(session: Session, numbers: set[int]) -> dict[int, str]:
    query = select(Form.id, Form.form_id).where(among(session, Form.id, sorted(numbers)))
    return dict(session.execute(query).all())


def _sees_both(by: Account, round_id: str, *districts: str | None) -> bool:
    return all(by.may(one, district, round_id) for district in districts
               for one in (Permission.SEE_PHOTOGRAPHS, Permission.SEE_SUBMISSION))  # fmt: skip


class _Known:
    """Photographs by their content, and by the parts of what they look like."""

    def __init__(self, files: Iterable[Attachment]) -> None:
        self._by_digest: dict[str, list[Attachment]] = defaultdict(list)
        self._by_part: dict[int, list[tuple[int, Attachment]]] = defaultdict(list)
        for file in files:
            if file.digest and can_be_shown(file.media_type):
                self._by_digest[file.digest].append(file)
            if (looks := looks_of(file.traits)) is not None:
                for part in parts_of(looks):
                    self._by_part[part].append((looks, file))

    def others(self, session: Session, round_id: str, district: str) -> set[int]:
        """Number the photographs that are one of these, in other districts of a round."""
        file, state = Attachment, SubmissionState
        there = (
            select(file.id, file.digest, file.traits)
            .join(state, (state.form_pk == file.form_pk) & (state.root_id == file.root_id))
            .where(state.round_id == round_id, state.district != district)
        )
        by_part = there.join(PhotoPart, PhotoPart.file_id == file.id).where(
            among(session, PhotoPart.part, [*self._by_part])
        )
        same = there.where(among(session, file.digest, [*self._by_digest]))
        found = session.execute(union_all(by_part, same))
        return {number for number, digest, traits in found if any(self.like(digest, traits))}

    def like(self, digest: str | None, traits: Json | None) -> Iterator[Attachment]:
        """Give those that are another one, by its content and its traits: the same file first."""
        yield from self._by_digest.get(digest or "", ())
        if (looks := looks_of(traits)) is not None:
            yield from (mine for part in parts_of(looks) for its, mine in self._by_part.get(part, ())
                        if are_one(its, looks))  # fmt: skip
