"""The pages of services' totals: rounded for everybody, exact for who needs that, and the form of one service."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.restricted.tables import ServiceTotals
from server.restricted.totals import newest_totals, services_in
from server.visits.places import place_name
from server.words import Catalogue
from verification.protection.totals import BEFORE, FIELDS, does_not_fit, summed
from verification.restricted_counts import shown_count


@view
class TotalsRow:
    """One number, of the data year and of the year before, as it may be read."""

    label: Cleared
    now: Cleared
    before: Cleared


@view
class ServiceShown:
    """A protection service: whether its totals are entered; they themselves only where exact ones are shown."""

    facility_id: Cleared
    name: Cleared
    is_entered: bool
    source: Cleared | None = None
    rows: tuple[TotalsRow, ...] = ()
    remarks: tuple[Cleared, ...] = ()


@view
class TotalsShown:
    """A district's sums and its services."""

    rows: tuple[TotalsRow, ...]
    services: tuple[ServiceShown, ...]
    entered: int


@view
class TotalsField:
    """A number that is asked for both years, and what stands in its fields."""

    name: Cleared
    label: Cleared
    now: Cleared
    before: Cleared


@view
class TotalsForm:
    """One service's form; `before` is the number of the version that it shows."""

    facility_id: Cleared
    name: Cleared
    before: int
    fields: tuple[TotalsField, ...]
    source: Cleared
    remarks: tuple[Cleared, ...]


def totals_shown(
    session: Session, round_id: str, district: str, words: Catalogue, viewer: Viewer, *, exact: bool
) -> TotalsShown:
    """Show a district's totals; exact ones by service as well."""
    clear = Clearance(words)
    newest = {one.facility_id: one for one in newest_totals(session, round_id, district)}
    write = _exactly if exact else _rounded
    services = tuple(
        _service(clear, number, place_name(session, place, words, viewer), newest.get(number), exact=exact)
        for number, place in services_in(session, district).items()
    )
    sums = summed(one.totals for one in newest.values())
    return TotalsShown(_rows(sums, clear, write), services, len(newest))


def totals_form(
    session: Session, part: tuple[str, str], facility_id: str, words: Catalogue, viewer: Viewer,
    typed: Mapping[str, str] | None,
) -> TotalsForm | None:  # fmt: skip
    """Show a service's form with what was entered last, or what was `typed` and not taken; None for no such service."""
    place = services_in(session, part[1]).get(facility_id)
    if place is None:
        return None
    clear = Clearance(words)
    newest = next((one for one in newest_totals(session, *part) if one.facility_id == facility_id), None)
    kept = {name: "" if number is None else str(number) for name, number in (newest.totals if newest else {}).items()}
    texts = kept if typed is None else typed
    source = (newest.source if newest else "") if typed is None else typed.get("source", "")
    return TotalsForm(
        clear.id(facility_id), place_name(session, place, words, viewer), newest.number if newest else 0,
        tuple(TotalsField(clear.ours(name), clear.say(f"totals.{name}"), clear.own(texts.get(name, "")),
                          clear.own(texts.get(name + BEFORE, ""))) for name in FIELDS),
        clear.own(source), _remarks(newest, clear),
    )  # fmt: skip


def _service(
    clear: Clearance, number: str, name: Cleared, newest: ServiceTotals | None, *, exact: bool
) -> ServiceShown:
    shown = ServiceShown(clear.id(number), name, newest is not None)
    if newest is None or not exact:
        return shown
    return ServiceShown(shown.facility_id, name, True, clear.say(f"totals_source.{newest.source}"),
                        _rows(newest.totals, clear, _exactly), _remarks(newest, clear))  # fmt: skip


def _rows(
    totals: Mapping[str, int | None], clear: Clearance, write: Callable[[int | None, Clearance], Cleared]
) -> tuple[TotalsRow, ...]:
    return tuple(
        TotalsRow(clear.say(f"totals.{name}"), write(totals.get(name), clear), write(totals.get(name + BEFORE), clear))
        for name in FIELDS
    )


def _remarks(newest: ServiceTotals | None, clear: Clearance) -> tuple[Cleared, ...]:
    """Say what does not fit together, each number by its words: to be asked about, and no number is repeated."""
    return tuple(
        clear.say("totals.do_not_fit", part=clear.say(f"totals.{part.removesuffix(BEFORE)}"),
                  whole=clear.say(f"totals.{whole.removesuffix(BEFORE)}"),
                  year=clear.say("totals.year_before" if part.endswith(BEFORE) else "totals.year"))
        for part, whole in (does_not_fit(newest.totals) if newest else ())
    )  # fmt: skip


def _exactly(number: int | None, clear: Clearance) -> Cleared:
    return clear.id("–") if number is None else clear.id(str(number))


def _rounded(number: int | None, clear: Clearance) -> Cleared:
    return clear.id("–") if number is None else clear.id(shown_count(number))
