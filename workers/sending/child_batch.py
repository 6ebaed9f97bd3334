"""What children answered, passed on to Central: checked by the form's own engine, shuffled, in one batch.

Central stamps each arrival: so none goes there as it came (`server.feedback.settling`). The id of a submission is made
of the answer's key, which was drawn: sent again after a crash it is the same one, and Central refuses it.
"""

import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine, select, update

from server.children.states import ASIDE, KEPT, PASSED
from server.db import among, snapshot, writing
from server.feedback.gathering import gather
from server.feedback.tables import ChildAnswer
from server.work.kinds import ChildBatch
from workers.central.api import Central
from workers.central.forms import is_version
from workers.central.session import CentralProblem
from xlsforms.fill import FormEngineError, FormFiller
from xlsforms.forms import CHILD_FORM

_INSTANCE_ID = re.compile(r"(<(?:\w+:)?instanceID>)[^<]*(</)")
_shuffle = secrets.SystemRandom().shuffle


def pass_on(engine: Engine, central: Central, batch: ChildBatch, alive: Callable[[], object]) -> None:
    """Check a month's answers of a district, pass on what holds, and set aside what does not: without a reason.

    Raises CentralProblem where Central does not take them, or does not have their form.
    """
    with snapshot(engine) as session:
        kept = list(session.scalars(select(ChildAnswer).filter_by(
            round_id=batch.round_id, district=batch.district, month=batch.month, state=KEPT)))  # fmt: skip
    if not kept:
        return
    ready = _checked(central, kept, alive)
    _mark(engine, [one.key for one in kept if one.key not in ready], ASIDE)
    left = list(ready.items())
    _shuffle(left)
    for key, xml in left:
        alive()
        _send(central, key, xml)
    _mark(engine, list(ready), PASSED)
    with writing(engine) as session:
        gather(session, batch.round_id)


def _checked(central: Central, kept: Sequence[ChildAnswer], alive: Callable[[], object]) -> dict[str, str]:
    """Fill the form in with each, as it was published; give the XML of those that the form takes, by their keys."""
    definitions = {version: _definition(central, version) for version in {one.version for one in kept}}
    found: dict[str, str] = {}
    with FormFiller() as filler:
        for one in kept:
            alive()
            xml = _filled(filler, definitions[one.version], one)
            if xml is not None:
                found[one.key] = xml
    return found


def _definition(central: Central, version: str) -> str:
    """Read the form as Central has it. Raises CentralProblem."""
    there = next((name for name in central.published_versions(CHILD_FORM) if is_version(name, version)), None)
    if there is None:
        raise CentralProblem("child_form_not_there", passes=False, version=version)
    return central.definition(CHILD_FORM, there)


def _filled(filler: FormFiller, xform: str, one: ChildAnswer) -> str | None:
    """Fill in one; None where the form refuses an answer, would not ask it, or could not be sent so."""
    try:
        filled = filler.fill(xform, {**_of_session(one), **one.answers})
    except FormEngineError:
        return None
    if filled.problem or filled.refused or not set(one.answers) <= {name for asked in filled.asked for name in asked}:
        return None
    xml, count = _INSTANCE_ID.subn(rf"\g<1>{instance_id(one.key)}\g<2>", filled.xml)
    return xml if count == 1 else None


def _of_session(one: ChildAnswer) -> dict[str, Any]:
    year, month = one.month.split("-")
    return {"place_kind": one.place_kind, "district_code": int(one.district.replace(".", "")), "year": int(year),
            "month": int(month)}  # fmt: skip


def instance_id(key: str) -> str:
    """Make a submission's id of an answer's key: the same each time, and no other says which key it was."""
    digest = hashlib.sha256(f"child submission {key}".encode()).digest()
    return f"uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def _send(central: Central, key: str, xml: str) -> None:
    try:
        central.submit(CHILD_FORM, xml)
    except CentralProblem as problem:
        if not problem.is_conflict:  # it is there already: sent before we could note it
            raise


def _mark(engine: Engine, keys: Sequence[str], state: str) -> None:
    with writing(engine) as session:
        mine = among(session, ChildAnswer.key, sorted(keys))
        session.execute(update(ChildAnswer).where(mine, ChildAnswer.state == KEPT).values(state=state))
