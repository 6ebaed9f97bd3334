"""A decision on its way, its worker killed: the next one ends it, and Central shows its effect once."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.sandbox.server import Sandbox
from tests.support.child import Child, Death, Place, write_back
from tests.support.deciding import a_trial, a_visit, decided, decision, effects, jobs, time_passes
from workers.central.api import Central
from workers.sending.assigning import LIST, PROPERTIES
from workers.sending.place_ids import ids_at

DEATHS = {  # by commit: claimed; kept, just before the effect; noted as sent; done
    "before it was claimed": ("before", 1, 0),
    "just before the effect": ("after", 2, 0),
    "between the effect and its note": ("before", 3, 1),
    "after the note": ("after", 3, 1),
    "before it was called done": ("before", 4, 1),
}


@pytest.mark.ci
@pytest.mark.parametrize("kind", ["review", "comment", "follow_up"])
@pytest.mark.parametrize("phase, commit, happened", DEATHS.values(), ids=DEATHS)
def test_a_decision_whose_worker_is_killed(
    engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path, kind: str, phase: str, commit: int,
    happened: int,
) -> None:  # fmt: skip
    with a_trial(engine, central, sandbox, tmp_path) as trial:
        central.ensure_entity_list(LIST, PROPERTIES)
        ids_at(engine, central)  # long settled where phones have places
        root = a_visit(engine, central)
        number = decided(engine, root, kind)
        place = Place(engine.url.render_as_string(hide_password=False), tmp_path, sandbox.url, central.project)
        assert Child(write_back, place, Death(phase, commit)).end() is None, "killed"
        assert effects(trial, root, kind) == happened
        time_passes(engine)  # the dead worker's lease runs out
        trial.send()
        assert jobs(engine) == [("done", None)] and decision(engine, number).sent_at is not None
        assert effects(trial, root, kind) == 1
