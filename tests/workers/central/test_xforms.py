"""The words of forms, read from their definitions: all of ours, and such as others make."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.words import CHOICE, CHOICES, GROUP, LISTED, NOTE, POINT, REPEAT, TEXT, FormWords
from tests.support.built import built
from workers.central.xforms import MOST_CHOICES, MOST_QUESTIONS, read_words
from workers.central.xml import UnreadableXml
from xlsforms.forms import FORMS

HEAD = '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>'


def a_form(model: str, body: str) -> str:
    return f"{HEAD}{model}</model></h:head><h:body>{body}</h:body></h:html>"


def kinds(words: FormWords) -> dict[str, str]:
    return {question.path: question.kind for question in words.questions}


# ── ours


@pytest.mark.parametrize("form_id", FORMS)
def test_every_question_of_our_forms_has_its_words_in_both_languages(form_id: str) -> None:
    words = read_words(built(form_id).xform)
    assert words.first == "id" and len(words.questions) > 15
    for question in words.questions:
        ours, theirs = (words.label(question.path, language) for language in ("id", "en"))
        if question.path != "seen":  # a group may go without
            assert ours and theirs and (ours != theirs or question.path == "point"), question.path
        if question.kind == CHOICE:
            assert words.choices["id"][question.choices].keys() == words.choices["en"][question.choices].keys()
    assert FormWords.of(words.kept()) == words


@pytest.mark.parametrize("form_id", [form_id for form_id, read_as in FORMS.items() if read_as == "visit"])
def test_a_visit_has_its_place_and_its_arrival_in_words(form_id: str) -> None:
    words = read_words(built(form_id).xform)
    assert kinds(words)["place/facility"] == LISTED and kinds(words)["point"] == POINT
    assert words.choice("arrival", "refused", "en") == "Refused"
    assert words.label("on_arrival/arrival", "id") == "Apa yang terjadi saat tiba di …?", "no answer is in a label"


# ── others'


def test_a_form_without_translations_has_its_words() -> None:
    words = read_words(a_form(
        '<bind nodeset="/data/n" type="int"/>',
        '<input ref="/data/n"><label>How many?</label></input>'
        '<select ref="/data/which"><label>Which?</label><item><label>One</label><value>1</value></item></select>',
    ))  # fmt: skip
    assert words.label("n", "id") == "How many?" and words.choice("which", "1", "id") == "One"
    assert kinds(words) == {"n": "number", "which": CHOICES}


def test_choices_come_from_lists_by_label_by_text_or_by_name_alone() -> None:
    model = """<itext><translation lang="English (en)"><text id="a-0"><value>Yes</value>
      <value form="image">x</value></text></translation></itext>
      <instance id="a"><root><item><itextId>a-0</itextId><name>yes</name></item></root></instance>
      <instance id="b"><root><item><label>Two</label><name>2</name></item></root></instance>
      <instance id="c" src="jr://file-csv/c.csv"/>"""
    texts = '<value ref="name"/><label ref="jr:itext(itextId)"/>'
    body = f"""<select1 ref="/data/a"><itemset nodeset="randomize(instance('a')/root/item[x=1])">{texts}</itemset>
      </select1><select1 ref="/data/b"><itemset nodeset="instance('b')/root/item"><value ref="name"/>
      <label ref="label"/></itemset></select1>
      <select1 ref="/data/c"><itemset nodeset="instance('c')/root/item">{texts}</itemset></select1>
      <select1 ref="/data/d"><itemset nodeset="../rooms"><value ref="name"/><label ref="name"/></itemset></select1>"""
    words = read_words(a_form(model, body))
    assert (words.choice("a", "yes", "en"), words.choice("b", "2", "en")) == ("Yes", "Two")
    assert kinds(words) == {"a": CHOICE, "b": CHOICE, "c": LISTED, "d": TEXT}


def test_what_is_not_translated_is_said_in_the_forms_own_language() -> None:
    model = """<itext><translation lang="Bahasa Indonesia (id)" default="true()"><text id="/data/q:label">
      <value>Apa?</value></text></translation><translation lang="English (en)"><text id="/data/q:label">
      <value>-</value></text></translation></itext>"""
    words = read_words(a_form(model, """<input ref="/data/q"><label ref="jr:itext('/data/q:label')"/></input>"""))
    assert words.label("q", "en") == words.label("q", "fr") == "Apa?"


def test_groups_repeats_relative_paths_binds_and_notes() -> None:
    body = """<group ref="/data/g"><label>Rooms</label><repeat nodeset="/data/g/room"><label>Room</label>
      <input ref="use"><label>Use of <output value=" /data/g/name "/></label></input></repeat></group>
      <group ref="/data/r"><label>Once more</label><repeat nodeset="/data/r"><input ref="/data/r/x"/></repeat></group>
      <input bind="n"><label>Note</label></input>"""
    words = read_words(a_form('<bind id="n" nodeset="/data/n" readonly="true()" type="string"/>', body))
    assert kinds(words) == {"g": GROUP, "g/room": REPEAT, "g/room/use": TEXT, "r": REPEAT, "r/x": TEXT, "n": NOTE}
    assert words.label("g/room/use", "id") == "Use of …" and words.label("r", "id") == "Once more"


def test_names_are_as_the_feed_writes_them() -> None:
    assert kinds(read_words(a_form("", '<input ref="/data/a.b-c/1st"/>'))) == {"a_b_c/_1st": TEXT}


# ── what no form should be


@pytest.mark.parametrize("xml", ["", "no form", "<a/>", "<html><model/></html>", "<html><body/></html>", "\0",
                                 "<" * 9000, "<a>" * 500, "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"])  # fmt: skip
def test_what_is_no_form_is_refused(xml: str) -> None:
    with pytest.raises(UnreadableXml):
        read_words(xml)


def test_no_entity_is_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    words = read_words(bomb + a_form("", '<input ref="/data/q"><label>&b; &lt;</label></input>'))
    assert words.label("q", "id") == "&b; <"


def test_a_form_that_asks_too_much_is_refused_and_a_list_too_long_has_no_labels() -> None:
    with pytest.raises(UnreadableXml):
        read_words(a_form("", "".join(f'<input ref="/data/q{n}"/>' for n in range(MOST_QUESTIONS + 1))))
    items = "".join(f"<item><name>{n}</name><label>L</label></item>" for n in range(MOST_CHOICES + 1))
    body = """<select1 ref="/data/q"><itemset nodeset="instance('a')/root/item"><value ref="name"/><label ref="label"/>
      </itemset></select1>"""
    words = read_words(a_form(f'<instance id="a"><root>{items}</root></instance>', body))
    assert words.choice("a", "1", "id") is None and kinds(words) == {"q": CHOICE}


_TAGS = st.sampled_from([
    "model", "body", "itext", "translation", "text", "value", "input", "select1", "select", "group", "repeat", "label",
    "output", "item", "itemset", "instance", "bind", "h:body",
])  # fmt: skip
_ATTRIBUTES = st.sampled_from(
    ["", ' ref="/data/a"', ' ref="b"', ' nodeset="/data/a"', ' nodeset="instance(\'a\')/x"', ' id="a"', ' bind="a"',
     ' lang="x (id)"', ' type="int"', " ref=\"jr:itext('t')\"", ' src="jr://file/a.csv"',
     ' ref="jr:itext(itextId)"', " ="]
)  # fmt: skip
_PIECES = st.one_of(
    st.builds(lambda tag, more: f"<{tag}{more}>", _TAGS, _ATTRIBUTES), st.builds(lambda tag: f"</{tag}>", _TAGS),
    st.builds(lambda tag, more: f"<{tag}{more}/>", _TAGS, _ATTRIBUTES), st.text(max_size=8),
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40), st.booleans())
def test_any_xml_is_read_or_refused(pieces: list[str], is_whole: bool) -> None:
    xml = "".join(pieces)
    try:
        words = read_words(f"<x><model>{xml}</model><body>{xml}</body></x>" if is_whole else xml)
    except UnreadableXml:
        return
    assert FormWords.of(words.kept()) == words
    assert all(re.fullmatch(r"[\w/]+", question.path) for question in words.questions)
