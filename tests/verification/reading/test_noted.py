"""What a visit's form asks beside criteria: choices and a recount, and never a text."""

from verification.reading.noted import noted


def test_choices_and_a_recount_are_noted_wherever_the_form_puts_them() -> None:
    answers = {"seen": {"counted": {"category": "book", "inside_library": "no"},
                        "recount": {"recount_total": 38, "recount_period": "data_year"}, "floor": "2"}}  # fmt: skip
    assert noted(answers) == {
        "category": "book", "inside_library": "no", "recount_period": "data_year", "recount_total": "38",
    }  # fmt: skip


def test_what_no_form_offers_is_not_noted() -> None:
    assert noted({"category": "Ibu Rekaan, RT 1", "recount_total": "-3", "managed_by": "", "ktr_kind": None}) == {}


def test_xml_and_feed_read_alike() -> None:
    assert noted({"seen": {"recount_total": "38"}}) == noted({"recount_total": 38}) == {"recount_total": "38"}
