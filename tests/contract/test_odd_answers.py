"""What Central makes of answers and XML that are not as they should be: it refuses next to nothing."""

from typing import Any

import pytest

from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.listed import listing
from tests.support.trial import feed_rows, publish_trial, refusal
from workers.central.api import Central
from workers.central.session import CentralProblem


@pytest.fixture
def trial(any_central: Central) -> Central:
    return publish_trial(any_central)


def a_body(inside: str, root: str, before: str = "", after: str = "</data>") -> str:
    """Give a submission around what stands in it, to the letter."""
    return f'{before}<data id="{FORM_ID}" version="1"><meta><instanceID>{root}</instanceID></meta>{inside}{after}'


def send(central: Central, body: bytes | str) -> str:
    path = f"{central.path_of(FORM_ID)}/submissions"
    content = body if isinstance(body, bytes) else body.encode()
    answer = central.session.ask_json("POST", path, data=content, headers={"Content-Type": "application/xml"})
    return str(answer["instanceId"])


def answers(central: Central, question: str) -> dict[str, Any]:
    """Give what the feed has for a question, by submission."""
    return {row["__id"]: row[question] for row in feed_rows(central)}


WORDS: dict[str, tuple[str, str | None]] = {
    "a control character as a reference": ("<word>01095&#29;21A7</word>", "01095\x1d21A7"),
    "a vertical tab as a reference": ("<word>a&#11;b</word>", "a\x0bb"),
    "an emoji as two references": ("<word>a&#xD83D;&#xDE00;b</word>", "a\ufffd\ufffdb"),
    "an emoji as one reference": ("<word>&#x1F600;</word>", "😀"),
    "a reference to windows-1252": ("<word>&#146;</word>", "’"),
    "a reference nobody declared": ("<word>a&nbsp;b</word>", "a&nbsp;b"),
    "a reference without its end": ("<word>a &amp b &#65 c</word>", "a &amp b &#65 c"),
    "an ampersand alone": ("<word>a & b</word>", "a & b"),
    "a bracket alone": ("<word>a < b</word>", "a < b"),
    "a section to the letter": ("<word><![CDATA[<b>&amp;]]></word>", "<b>&amp;"),
    "a comment in the middle": ("<word>a<!-- - -->b</word>", "ab"),
    "a question twice, once empty": ("<word>pojok_asi</word><word/>", "pojok_asi"),
    "a question twice": ("<word>a</word><word>b</word>", "ab"),
    "an element inside the answer": ("<word>a<i>x</i>b</word>", "ab"),
    "an answer never closed": ("<word>a", "a"),
    "closed by another's name": ("<word>a</number>b</word>", "ab"),
    "attributes without quotation marks": ('<word a=1 b="\'>" c>x</word>', "x"),
    "a prefix nobody declared": ("<x:word>a</x:word>", "a"),
    "spaces at the ends": ("<word> a \n</word>", " a \n"),
    "nothing but space": ("<word> </word>", " "),
    "unlike capitals": ("<Word>a</Word>", None),
}


def test_xml_that_strict_readers_refuse_is_read(trial: Central) -> None:
    roots = {case: send(trial, a_body(inside, new_id())) for case, (inside, _) in WORDS.items()}
    seen = answers(trial, "word")
    assert {case: seen[root] for case, root in roots.items()} == {case: word for case, (_, word) in WORDS.items()}


def test_what_stands_around_a_submission_does_not_matter(trial: Central) -> None:
    around = {
        new_id(): ('\n <?xml version="1.0"?>', "</data>"), new_id(): ("words\ufeff", "</data> and more <b>"),
        new_id(): ('<?xml version="1.0" encoding="iso-8859-1"?>', "</data>"), new_id(): ("<!DOCTYPE x 'y'>", ""),
        new_id(): ("<!-- <data> -->", "</data></data>"),
    }  # fmt: skip
    for root, (before, after) in around.items():
        assert send(trial, a_body("<word>ä</word>", root, before, after)) == root
    assert answers(trial, "word") == dict.fromkeys(around, "ä")


@pytest.mark.parametrize("word", [b"<word>\xff</word>", b"<word>\0</word>"], ids=["no utf-8", "a NUL"])
def test_what_no_database_takes_breaks_central(trial: Central, word: bytes) -> None:
    body = a_body("<word></word>", new_id()).encode().replace(b"<word></word>", word)
    with pytest.raises(CentralProblem) as broken:
        send(trial, body)
    assert broken.value.reason.values == {"status": "500"}
    assert feed_rows(trial) == []


def test_what_names_no_form_is_refused(trial: Central) -> None:
    for body in ("", "words", "<data><meta/></data>", "<>"):
        assert refusal(lambda body=body: send(trial, body)).startswith("central_refused 400"), body  # type: ignore[misc]


NUMBERS = {
    "7": (7, 7), "1.234": (1, 1.234), "1e3": (1, 1000), "12abc": (12, 12), " 7": (7, 7), "+7": (7, 7), "-0": (0, 0),
    "٣": (None, None), "abc": (None, None), "": (None, None), "0x10": (0, 0), ".5": (None, 0.5), "5.": (5, 5),
    "1,5": (1, 1), "Infinity": (None, None), "\u00a07": (7, 7), "12345678901234567890": (12345678901234567000,) * 2,
    "1&#48;": (0, 0),
}  # fmt: skip


def test_numbers_are_read_as_far_as_they_are_numbers(trial: Central) -> None:
    roots = {text: send(trial, a_body(f"<number>{text}</number><share>{text}</share>", new_id())) for text in NUMBERS}
    whole, decimal = answers(trial, "number"), answers(trial, "share")
    assert {text: (whole[root], decimal[root]) for text, root in roots.items()} == NUMBERS


POINTS: dict[str, list[float] | None] = {
    "-6.8904 110.6399 0.0 5.0": [110.6399, -6.8904, 0, 5], "-6,8904 110,6399 0,0 5,0": [110, -6, 0, 5],
    "6°53'S 110°38'E 0 5": [110, 6, 0, 5], "-6.8904 110.6399": [110.6399, -6.8904], "-6.8904": None,
    " -6.8904 110.6399 0 5": None, "٦ ١١٠ 0 5": None, "-6.8904  110.6399\t0 5 7": [110.6399, -6.8904, 0, 5],
    "-6.8904 110.6399 x 5": [110.6399, -6.8904, 5],
}  # fmt: skip


def test_points_are_read_as_far_as_they_are_numbers(trial: Central) -> None:
    roots = {text: send(trial, a_body(f"<point>{text}</point>", new_id())) for text in POINTS}
    points = answers(trial, "point")
    assert {text: in_a_row(points[root]) for text, root in roots.items()} == POINTS


def in_a_row(point: dict[str, Any] | None) -> list[float] | None:
    return [*point["coordinates"], *point.get("properties", {}).values()] if point else None


MOMENTS = {
    "2569-11-01T09:00:00.000+07": "2569-11-01T09:00:00.000+07:00", "١٤٤٨-٠٥-٢٠T٠٩:٠٠": "١٤٤٨-٠٥-٢٠T٠٩:٠٠",
    " 2026-11-01T09:00:00Z\n": "2026-11-01T09:00:00Z", "2026-11-01T09:00:00.000+07:00": "2026-11-01T09:00:00.000+07:00",
    "2026-11-01T09:00-0700": "2026-11-01T09:00-0700", "yesterday": "yesterday",
}  # fmt: skip


def test_moments_of_other_calendars_and_none_stay_as_they_are_but_for_a_short_zone(trial: Central) -> None:
    roots = {text: send(trial, a_body(f"<moment>{text}</moment>", new_id())) for text in MOMENTS}
    moments = answers(trial, "moment")
    assert {text: moments[root] for text, root in roots.items()} == MOMENTS


IDS = ["a/b", "../x", "two\nlines", "ü'\"?#x", "percent%2F", "a b", " spaces ", "x.svc", ".", "..;", "a;b=c", "+", "😀"]


def test_odd_instance_ids_are_taken_and_found_again(trial: Central) -> None:
    for root in IDS:
        assert send(trial, a_body("", root)) == root
    assert [row["__id"] for row in feed_rows(trial)] == IDS[::-1]
    assert [listed.root_id for listed in listing(trial, FORM_ID)] == IDS[::-1]
    for root in set(IDS) - {"."}:  # which no path can name
        assert trial.submission(FORM_ID, root).instance_id == root
        assert f"<instanceID>{root}</instanceID>" in trial.xml(FORM_ID, root, root)


def test_an_id_keeps_its_references_in_one_view_and_not_in_the_other(trial: Central) -> None:
    assert send(trial, a_body("", "a&amp;b")) == "a&amp;b"
    ((row,), (listed,)) = feed_rows(trial), listing(trial, FORM_ID)
    assert (row["__id"], row["meta"]["instanceID"], listed.root_id) == ("a&amp;b", "a&b", "a&amp;b")


def test_a_missing_instance_id_is_made_up(trial: Central) -> None:
    for meta in ("", "<meta/>", "<meta><instanceID/></meta>"):
        root = send(trial, f'<data id="{FORM_ID}" version="1">{meta}<word>x</word></data>')
        assert len(root) == 36
        row = next(row for row in feed_rows(trial) if row["__id"] == root)
        assert row["word"] == "x" and row["meta"]["instanceID"] is None
        assert [version.instance_id for version in trial.versions(FORM_ID, root)] == [root]


def test_a_submission_without_meta_can_be_edited(trial: Central) -> None:
    root = send(trial, f'<data id="{FORM_ID}" version="1"><word>before</word></data>')
    edit = f'<data id="{FORM_ID}" version="1"><word>after</word><meta><deprecatedID>{root}</deprecatedID></meta></data>'
    trial.edit(FORM_ID, root, edit)
    (row,) = feed_rows(trial)
    new, old = trial.versions(FORM_ID, root)
    assert (row["word"], row["system"]["edits"], old.instance_id) == ("after", 1, root)
    assert len(new.instance_id) == 36 != root and trial.submission(FORM_ID, root).instance_id == new.instance_id


FILES = [
    "a/b.jpg", "../../x.jpg", "..\\x.jpg", "😀.jpg", "cafe\u0301.jpg", "café.jpg", "x" * 236 + ".jpg", "a b.jpg",
    "a%2Fb.jpg", "a?b#c.jpg", "a'b\"c.jpg", "a;b.jpg", "-rf.jpg", "con.jpg", "x",
]  # fmt: skip


def test_files_of_odd_names_come_and_go(trial: Central) -> None:
    for number, name in enumerate(FILES):
        content = b"\xff\xd8\xff\xe0" + bytes([number])
        root = trial.submit(FORM_ID, a_submission(photo=name), {name: content})
        assert [file.name for file in trial.attachments(FORM_ID, root, root)] == [name]
        with trial.attachment(FORM_ID, root, root, name) as file:
            assert b"".join(file.chunks or ()) == content, name


def test_the_spaces_around_a_files_name_are_not_part_of_it(trial: Central) -> None:
    root = trial.submit(FORM_ID, a_submission(photo=" 1.jpg\n"), {"1.jpg": b"\xff\xd8\xff"})
    assert [tuple(file) for file in trial.attachments(FORM_ID, root, root)] == [("1.jpg", True)]
