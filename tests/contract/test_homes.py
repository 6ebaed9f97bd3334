"""The contract of taking back: what phones had of homes and shelters is gone from the list that Central gives them."""

import uuid

from sqlalchemy import Engine

from server.db import writing
from server.register.tables import Facility
from tests.support.builders import VILLAGES
from workers.central.api import Central
from workers.sending.place_ids import PLACES
from workers.sending.publish import PROPERTIES, ListPlan, publish_facilities

HERE, NAME = VILLAGES[0].code, "Panti Rekaan Kasih"
KINDS = ("lksa", "rumah_aman", "sekolah")


def test_a_home_loses_its_name_and_village_and_a_shelter_goes(any_central: Central, engine: Engine) -> None:
    places = {kind: str(uuid.uuid4()) for kind in KINDS}
    data = {"registry_no": "LKSA7", "village": HERE, "subdistrict": HERE[:8], "district": HERE[:5]}
    any_central.ensure_entity_list(PLACES, PROPERTIES)
    any_central.create_entities(PLACES, [
        {"uuid": key, "label": NAME, "data": data | {"kind": kind}} for kind, key in places.items()
    ])  # fmt: skip
    with writing(engine) as session:
        session.add_all(Facility(id=key, kind=kind, name=NAME, registry_no="LKSA7", village=HERE)
                        for kind, key in places.items())  # fmt: skip
    publish_facilities(engine, any_central)
    listed = any_central.entities(PLACES)
    assert set(listed) == {places["lksa"], places["sekolah"]}
    home = listed[places["lksa"]]
    assert (home["label"], home["kind"], home["village"] or "", home["registry_no"] or "", home["subdistrict"]) == (
        f"LKSA/panti asuhan anak {places['lksa'][:8]}", "lksa", "", "", HERE[:8],
    )  # fmt: skip
    assert listed[places["sekolah"]]["label"] == NAME
    assert publish_facilities(engine, any_central) == ListPlan(PLACES, (), ()), "and once is enough"
