"""The demo's visit plan: a file made as a team makes it, taken in, released as assignments; and what came of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.assignments.giving import today_in
from server.assignments.noticing import note_visited
from server.assignments.states import VISITED
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.plan.agreeing import agree, to_agree
from server.plan.checking import frame_of
from server.plan.files import COLUMNS, headings, read_plan_file, written_out
from server.plan.filter import PlanFilter
from server.plan.noticing import note_arrivals
from server.plan.planning import plan
from server.plan.releasing import release
from server.register.tables import Facility
from server.roles.account import Account, Held
from server.roles.table import Role
from server.roles.teams import make_team
from server.rulebook import load_kinds
from server.spreadsheets import as_csv
from server.words import Catalogue
from verification.places.kinds import Shown
from workers.central.api import Central
from workers.sending.assigning import bring

Say = Callable[..., None]
Part = tuple[str, str]
WHO = Account("demo", (Held(Role.TERMINAL),))


def plan_visits(
    engine: Engine, central: Central, part: Part, visits: Sequence[Mapping[str, str]], words: Catalogue, say: Say
) -> None:
    """Have a team plan its visits, release the plan, and bring it to phones.

    What the file says of a place is what the demo's visit to it will be. Open places without a visit are nobody's yet;
    a home without one is planned and will not come.
    """
    with writing(engine) as session:
        make_team(session, WHO, part[0], words.say("demo.team"), [part[1]])
    with snapshot(engine) as session:
        said = read_plan_file(_filled_in(session, part, visits, words))
    with writing(engine) as session:
        change = plan(session, part, said.wishes, WHO)
        if said.problems or change.problems:
            raise RuntimeError(f"the demo's own plan does not fit: {[*said.problems, *change.problems]}")
        agree(session, part, to_agree(session, part).mark, WHO)
        done = release(session, part, WHO)
    with snapshot(engine) as session:
        numbers = session.scalars(select(Assignment.id).order_by(Assignment.id)).all()
    for number in numbers:
        bring(engine, central, number, lambda: None)
    say("demo.planned", rows=len(change.added), given=done.given)


def _filled_in(session: Session, part: Part, visits: Sequence[Mapping[str, str]], words: Catalogue) -> bytes:
    """Fill in the file that Tilik gives out, as a team does: who goes where, when, how and for what."""
    from server.plan.listing import plan_of  # a page's, with all that pages need: workers do without

    head, rows = written_out(plan_of(session, part, PlanFilter(), WHO, words), frame_of(session, *part), with_all=True)
    if head != headings(words):
        raise RuntimeError("the plan's file has other headings")
    visit_to = {visit["facility"]: visit for visit in visits if visit["facility"]}
    team, today = words.say("demo.team"), today_in(session, part[1]).isoformat()
    name = COLUMNS.index("name")
    kinds = load_kinds()
    openly = {place.name for place in session.scalars(select(Facility)) if kinds[place.kind].shown is Shown.OPENLY}
    rows = [row for row in rows if row[name] in visit_to or row[name] not in openly]
    for row in rows:
        visit = visit_to.get(str(row[name]), {})
        for column, value in (("team", team), ("day", today), ("mode", visit.get("mode", "on_site")),
                              ("modules", visit.get("modules", "").replace(" ", ","))):  # fmt: skip
            row[COLUMNS.index(column)] = value
    return as_csv(head, rows, words).encode()


def tell_what_came(engine: Engine, say: Say) -> None:
    """Note which planned visits have come, as the queue does after each reading, and tell how many have not."""
    with writing(engine) as session:
        note_visited(session)
        note_arrivals(session)
    with snapshot(engine) as session:
        found = Counter(state == VISITED for state in session.scalars(select(Assignment.state)))
    say("demo.came", came=found[True], missing=found[False])
