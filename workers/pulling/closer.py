"""A closer look at what the feed does not show of submissions: Central is asked about one after the other.

That is: versions made between two polls; which form version each was filled in with, and how its id is spelled; and
the answers of other form versions than the published one, which the feed may hide. Central gives nothing of what is
deleted; it is looked at when it is restored. What it costs grows with what changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlalchemy import Engine

from server.aside import or_aside
from server.db import snapshot
from server.submissions.keeping import Known, known_versions
from server.submissions.spelling import is_spelled
from server.visits.reading import VISIT
from verification.reading.point import may_be_half_read
from verification.reason import Reason
from verification.record import record
from workers.central.api import Central
from workers.central.feed import FeedRow, to_text
from workers.central.session import CentralProblem
from workers.central.xml import MAX_XML_CHARACTERS, UnreadableXml, read_answers
from workers.pulling.forbearance import Forbearance
from xlsforms.forms import FORMS


@record
class FromXml:
    """A version whose answers came from its XML; `problem` says why they could not be read from it."""

    row: FeedRow
    instance_id: str
    known: Known
    text: str | None
    problem: Reason | None = None


class SeenClosely(NamedTuple):
    """Rows as a closer look shows them: each with its current version's own id and form version, None where unknown.

    `extra` has what was read from XML, `filled_in` what kept versions were filled in with; both by instance id.
    """

    rows: list[FeedRow]
    extra: dict[str, FromXml]
    filled_in: dict[str, str | None]


@dataclass
class CloserLook:
    """Looks closer at the submissions of one form."""

    engine: Engine
    central: Central
    form_id: str
    form_pk: int
    forbearance: Forbearance

    def look(self, batch: Sequence[FeedRow], published: str | None) -> SeenClosely:
        """Look closer at rows. Raises CentralProblem, also where Central fails again and again."""
        closer = {row.root_id: _unknown(row) for row in batch if row.system.edits and row.system.deleted_at}
        living = [row for row in batch if not (row.system.deleted_at or row.problem)]
        suspects = [row for row in living if row.system.edits or self._is_in_part(row, published)]
        seen = SeenClosely([], {}, {})
        if suspects:
            with snapshot(self.engine) as session:
                submitted = {row.root_id: row.system.submitted_at for row in suspects}
                known = known_versions(session, self.form_pk, submitted)
        for row in suspects:
            look = partial(self._look_at, have=known.get(row.root_id, {}), published=published, seen=seen)
            closer[row.root_id] = or_aside(look, partial(_set_aside, seen=seen), row, but=CentralProblem)
        seen.rows.extend(closer.get(row.root_id, row) for row in batch)
        return seen

    def _is_in_part(self, row: FeedRow, published: str | None) -> bool:
        """Tell whether the feed may show only a part: by another form version, or a point not written as phones do."""
        is_visit = FORMS.get(self.form_id) == VISIT
        return row.system.form_version != published or (is_visit and may_be_half_read(row.text))

    def _look_at(self, row: FeedRow, have: Mapping[str, Known], published: str | None, seen: SeenClosely) -> FeedRow:
        """Look at one row and its kept versions, adding what is seen; gives the row with its current version's own."""
        found = self._versions_of(row, have)
        if isinstance(found, Reason):
            seen.extra[row.instance_id] = FromXml(row, row.instance_id, Known(row.system.edits + 1, None), None, found)
            return _unknown(row)
        versions, current = found
        own = versions[current].form_version
        row = row._replace(instance_id=current, system=row.system._replace(form_version=own))
        seen.filled_in.update({name: versions[name].form_version for name in _not_known(have) if name in versions})
        if not self._is_in_part(row, published):
            del versions[current]
        for instance_id in versions.keys() - have.keys() if not row.is_encrypted else ():
            seen.extra[instance_id] = self._read_xml(row, instance_id, versions[instance_id])
        return row

    def _versions_of(self, row: FeedRow, have: Mapping[str, Known]) -> tuple[dict[str, Known], str] | Reason:
        """Give a submission's versions and which is the current one; Central is asked where not all of them are here.

        Of an edited one the feed does not say what it was filled in with: its form version is the first version's. Nor
        does it always spell its id as Central's paths do.
        """
        edits, first = row.system.edits, Known(1, row.system.form_version)
        if not edits:
            return {row.root_id: first}, row.root_id
        if len(have) > edits and not _not_known(have) and (current := _current(have, row)):
            return dict(have), current
        listed = self.forbearance.ask(partial(self.central.versions, self.form_id, row.root_id))
        if isinstance(listed, Reason):
            return listed
        found = {version.instance_id: Known(n, version.form_version) for n, version in enumerate(listed[::-1], 1)}
        up_to_the_current = list(found)[: edits + 1]
        return (found, up_to_the_current[-1]) if found else Reason("central_malformed")

    def _read_xml(self, row: FeedRow, instance_id: str, known: Known) -> FromXml:
        xml = self.forbearance.ask(partial(self.central.xml, self.form_id, row.root_id, instance_id))
        if isinstance(xml, Reason):
            return FromXml(row, instance_id, known, None, xml)
        try:
            return FromXml(row, instance_id, known, to_text(read_answers(xml)))
        except UnreadableXml as error:
            as_it_came = to_text({"": xml}) if len(xml) <= MAX_XML_CHARACTERS else None
            return FromXml(row, instance_id, known, as_it_came, error.reason)


def _set_aside(row: FeedRow, seen: SeenClosely) -> FeedRow:
    """Set a submission aside until it is seen again: something went wrong with it that nobody foresaw."""
    problem = Reason("unreadable_row")
    seen.extra[row.instance_id] = FromXml(row, row.instance_id, Known(row.system.edits + 1, None), None, problem)
    return _unknown(row)


def _unknown(row: FeedRow) -> FeedRow:
    """Leave open what its version was filled in with: of what is deleted Central does not say it."""
    return row._replace(system=row.system._replace(form_version=None))


def _not_known(versions: Mapping[str, Known]) -> list[str]:
    """Name the versions of which nobody has said yet what they were filled in with."""
    return [name for name, known in versions.items() if known.form_version is None]


def _current(versions: Mapping[str, Known], row: FeedRow) -> str | None:
    """Find which kept version of an edited submission is its current one, as Central spells it."""
    last = (name for name, known in versions.items() if known.number == row.system.edits + 1 and name != row.root_id)
    return next((name for name in last if row.instance_id == row.root_id or is_spelled(name, row.instance_id)), None)
