"""Read a submission's answers as a visit.

Answers come as Central's OData row gives them (numbers, GeoJSON points) or as the submission's XML does (text, "lat
lon altitude accuracy"); both read alike. ReadFields are found by their own name, wherever a form's version puts them.
"""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from verification.model import Arrival, Fix, Mode, Seen, Visit
from verification.reading.fields import Choice, day_of, fields_of, leaves, text_of
from verification.reading.point import UnreadablePoint, read_point
from verification.reason import WithReason

_YEARS = range(1970, 2200)  # of phones' clocks: at the ends of all years a zone's hours lead out of them
_LONGEST_NAME = 300
# asking the class takes ten times as long, and there are many
_SEEN = {one.value: one for one in Seen}
_MODES, _ARRIVALS = {one.value: one for one in Mode}, {one.value: one for one in Arrival}


class UnreadableSubmission(WithReason):
    """A submission that cannot be read as a visit; `reason` says why and never what was answered."""


def read_visit(
    answers: Mapping[str, Any], visit_id: str, version: str, received_at: datetime | None, kinds: Container[str]
) -> Visit:
    """Read a visit to a place of a known kind from a submission's answers (nested by group; repeats as lists).

    Raises UnreadableSubmission where the answers do not say what was visited or what happened there.
    """
    fields = fields_of(answers)
    kind = text_of(fields.get("kind"))
    if text_of(fields.get("round_open")) == "0" and not text_of(fields.get("arrival")):
        raise UnreadableSubmission("round_not_open_on_phone")
    if kind is None or kind not in kinds:
        raise UnreadableSubmission("unreadable_kind")
    return Visit(
        visit_id=visit_id,
        version=version,
        kind=kind,
        mode=_choice(_MODES, fields, "mode", Mode.ON_SITE),
        arrival=_arrival(fields),
        received_at=received_at,
        facility_id=text_of(fields.get("facility")),
        name=_cut(text_of(fields.get("name_given"))),
        registry_no=_cut(text_of(fields.get("registry_given"))),
        fix=_fix(fields.get("point")),
        asked_third_party=_choice(_SEEN, fields, "asked_third_party", Seen.NOT_SEEN),
        answers=_seen(fields.answers.get("seen")),
        day=day_of(fields.get("today")),
    )


def _arrival(fields: Mapping[str, Any]) -> Arrival:
    arrival = _choice(_ARRIVALS, fields, "arrival")
    for_good = arrival is Arrival.CLOSED and text_of(fields.get("closed_why")) == "permanently"
    return Arrival.CLOSED_FOR_GOOD if for_good else arrival


def _cut(text: str | None) -> str | None:
    """Cut what was typed to what a claim may have: comparing names takes longer the longer they are."""
    return text[:_LONGEST_NAME] if text else None


def _choice(known: Mapping[str, Choice], fields: Mapping[str, Any], name: str, default: Choice | None = None) -> Choice:
    answer = text_of(fields.get(name))
    found = default if answer is None else known.get(answer)
    if found is None:
        raise UnreadableSubmission("unreadable_answer", question=name)
    return found


def _fix(value: Any) -> Fix | None:
    try:
        return read_point(value)
    except UnreadablePoint:
        raise UnreadableSubmission("unreadable_point") from None


def _seen(group: Any) -> dict[str, Seen]:
    """Read the criteria group, its modules too. What is no answer to a criterion is left out, as not seen."""
    said = leaves(group) if isinstance(group, dict) else ()
    # most are written as they are read, and there are many
    answers = {name: seen for name, value in said
               if isinstance(value, str) and (seen := _SEEN.get(value) or _SEEN.get(value.strip()))}  # fmt: skip
    if all(map(str.isidentifier, answers)):
        return answers
    return {text: seen for name, seen in answers.items() if (text := text_of(name))}


def began_at(answers: Mapping[str, Any]) -> datetime | None:
    """Read when the form was opened, by the phone's clock; None where that is nothing to reckon with."""
    return _moment(answers, "start")


def ended_at(answers: Mapping[str, Any]) -> datetime | None:
    """Read when the form was ended, likewise."""
    return _moment(answers, "end")


def zone_min(moment: datetime | None) -> int | None:
    """Give in which zone a phone's clock stood at a moment that it wrote, in minutes ahead of UTC."""
    ahead = moment.utcoffset() if moment else None
    return int(ahead.total_seconds() // 60) if ahead is not None else None


def _moment(answers: Mapping[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(fields_of(answers).get(name)).strip())
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year in _YEARS else None
