"""The submissions a bench pulls: one school visit, filled by Collect's own engine, sent again and again as new ones."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

from workers.central.api import Central
from workers.sending.publish import publish_forms
from xlsforms.build import build
from xlsforms.fill import FormFiller, facilities_csv

FORM_ID = "visit_school"
_THREADS = 6
_INSTANCE = re.compile(r"uuid:[0-9a-f-]{36}")


def a_visit_xml() -> str:
    """Fill in one visit to a school that is not in the list."""
    form = build(FORM_ID)
    answers = dict.fromkeys(form.criteria, "yes") | {
        "mode": "on_site", "listed": "no", "name_given": "SD Negeri Contoh (fiktif)", "arrival": "open",
        "two_adults": "yes", "staff_within_hearing": "no", "attempt": "1", "substitute": "no", "letter_shown": "yes",
    }  # fmt: skip
    point = {"point": [-5.3, 111.1, 4.0, 8.0]}
    with FormFiller() as filler:
        return filler.fill(form.xform, answers | point, media={"facilities.csv": facilities_csv([])}).xml


def send_many(central: Central, count: int) -> None:
    """Publish the form and send so many submissions of it."""
    publish_forms(central, [build(FORM_ID)])
    xml = a_visit_xml()
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(lambda _: central.submit(FORM_ID, _INSTANCE.sub(f"uuid:{uuid.uuid4()}", xml)), range(count)):
            pass
