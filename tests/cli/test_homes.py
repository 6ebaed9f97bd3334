"""The printed list by which a team finds the homes that phones have by code only."""

import pytest

from server.db import open_database, writing
from server.register.tables import Facility
from server.settings import load_settings
from tests.support.builders import VILLAGES
from tests.support.cli import said, tilik
from tests.support.workbooks import DISTRICT
from workers.sending.publish import as_entity

HERE = VILLAGES[0].code
PLACES = [
    Facility(id="3f9c2a1b-4444-4444-8444-444444444444", kind="lksa", name="Panti Rekaan", village=HERE),
    Facility(id="4f9c2a1b-4444-4444-8444-444444444444", kind="rumah_aman", name="Rumah Mawar", village=HERE),
    Facility(id="5f9c2a1b-4444-4444-8444-444444444444", kind="sekolah", name="SD Rekaan", village=HERE),
    Facility(id="6f9c2a1b-4444-4444-8444-444444444444", kind="lksa", name="Panti Lain", village="99.02.01.2001"),
]  # fmt: skip


@pytest.fixture
def register(areas: None) -> None:
    engine = open_database(load_settings().database)
    with writing(engine) as session:
        session.add_all(session.merge(place) for place in PLACES)
    engine.dispose()


def test_the_list_has_a_districts_homes_by_the_codes_that_phones_show(register: None) -> None:
    result = tilik("homes", "--district", DISTRICT)
    line = f"3f9c2a1b  LKSA/panti asuhan anak: Panti Rekaan, {VILLAGES[0].name}, {HERE[:8]}"
    assert (result.exit_code, result.stdout) == (0, f"{line}\n")
    label = (as_entity(PLACES[0]) or {})["label"]
    assert label == "LKSA/panti asuhan anak 3f9c2a1b"
    assert "Cetak untuk tim" in result.stderr


def test_shelters_and_other_places_are_not_on_it(register: None) -> None:
    assert not {"Mawar", "SD Rekaan", "Panti Lain"} & set(tilik("homes", "--district", DISTRICT).output.split())
    assert "Rumah Mawar" not in tilik("homes", "--district", DISTRICT).output


def test_a_district_without_homes_says_so(register: None) -> None:
    assert "tidak ada panti" in said(0, "homes", "--district", "99.03").lower()
