"""A submission's photographs and versions, as they may be shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.forms.shown import Answers, ShownChange
from server.rulebook import load_flag_rates, load_rules
from server.submissions.files import REMOVED, STORED
from server.submissions.media import can_be_shown
from server.submissions.tables import Attachment
from server.visits.elsewhere import SentElsewhere
from server.visits.history import VisitedVersion
from server.visits.led_to import LeadsTo
from verification.flags.flag import Flag

_MOST_ELSEWHERE = 10  # visits in other districts that are shown beside one


@view
class Picture:
    """A photograph of a visit, by its number; where it cannot be shown, why not."""

    name: Cleared
    number: int | None
    why_not: Cleared | None


@view
class VersionOfVisit:
    """A version of a submission, and what it answers differently from the one before it."""

    number: int
    instance_id: Cleared
    form_version: Cleared | None
    is_current: bool
    changes: tuple[ShownChange, ...]


@view
class FlagShown:
    """A sign at a visit, in words; how often honest visits raise it; the other visit, where it takes two.

    `other_form` leads to that. `pictures` are this visit's photograph and the other's, where these are the sign and may
    be shown.
    """

    text: Cleared
    rate: Cleared
    other: Cleared | None
    other_form: Cleared | None
    pictures: tuple[Picture, ...]


def shown_flags(
    kept: Iterable[Any], clear: Clearance, alike: Mapping[str, Sequence[Attachment]], leads_to: LeadsTo
) -> Iterator[FlagShown]:
    """Say which signs a visit has, to those who may see what was answered; one that is no longer known is left out.

    `alike` are photographs that may be shown, this visit's and another's, by the other visit; `leads_to` has the
    other visits' submissions.
    """
    for code, other, *more in kept if clear.sees_answers() else ():
        if code in set(Flag):
            flag = Flag(code)
            files = alike.get(other or "", ()) if flag is Flag.SAME_PHOTOGRAPH else ()
            led_to = leads_to.get(other or "")
            root = led_to.root_id if led_to else other
            yield FlagShown(said_of(flag, clear, *more), rate_of(flag, clear), clear.id(root) if root else None,
                            clear.id(led_to.form_id) if led_to else None, shown_pictures(files, clear))  # fmt: skip


def said_of(flag: Flag, clear: Clearance, minutes: int | None = None) -> Cleared:
    """Say what a sign says; of a clock by how many minutes it was ahead, where that is known."""
    if minutes is not None:
        return clear.say("flag.ended_after_receipt_by", minutes=minutes)
    return clear.say(f"flag.{flag}", **asdict(load_rules().flags))


def rate_of(flag: Flag, clear: Clearance) -> Cleared:
    """Say how often honest visits raise a sign."""
    rate = load_flag_rates()[flag]
    return clear.say("flag.rate" if rate.one_in else "flag.rate_none", one_in=rate.one_in, of=rate.visits)


def shown_elsewhere(found: Sequence[SentElsewhere], clear: Clearance) -> Iterator[FlagShown]:
    """Say of which visits in other districts a photograph is too; where the viewer sees nothing, only how many.

    `found` are those of one visit.
    """
    rate = load_flag_rates()[Flag.SENT_ELSEWHERE]
    often = clear.say("flag.rate_elsewhere", alarms=rate.alarms, of=rate.visits)
    within = [one for one in found if one.is_within_reach][:_MOST_ELSEWHERE]
    for one in within:
        said = clear.say("flag.sent_elsewhere_in", district=clear.ours(one.district))
        yield FlagShown(said, often, clear.id(one.other.root_id), clear.id(one.form_id),
                        shown_pictures((one.mine, one.other), clear))  # fmt: skip
    if more := len(found) - len(within):
        yield FlagShown(clear.say("flag.sent_elsewhere", count=more), often, None, None, ())


def shown_pictures(files: Sequence[Attachment], clear: Clearance) -> tuple[Picture, ...]:
    """Give photographs that may be shown, and those that are not here."""
    return tuple(
        Picture(clear.file(file.name), None if why_not else file.id, why_not)
        for file, why_not in ((file, _why_not(file, clear)) for file in files)
    )


def _why_not(file: Attachment, clear: Clearance) -> Cleared | None:
    if file.state == STORED and can_be_shown(file.media_type):
        return None
    if file.state == STORED:
        return clear.say("report.photo_kept_only", kind=clear.ours(str(file.media_type)))
    if file.problem:
        return clear.why(file.problem).sentence
    return clear.say("report.photo_removed" if file.state == REMOVED else "report.photo_not_here")


def shown_versions(versions: Sequence[VisitedVersion], answers: Answers, clear: Clearance) -> Iterator[VersionOfVisit]:
    """Give a submission's versions, the newest first, each change in the words of the version that made it."""
    for one in versions:
        yield VersionOfVisit(one.number, clear.id(one.instance_id),
                             clear.id(one.form_version) if one.form_version else None, one.is_current,
                             answers.changes(one.words, one.changes))  # fmt: skip
