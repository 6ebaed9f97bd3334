"""What the linter finds: for each rule a form that breaks it and the same form mended, both made by pyxform itself.

That pyxform and ODK Validate say nothing of the broken one is tested too, so that a rule they made needless is noticed.
"""

from collections.abc import Iterator

import pytest

from tests.xlsforms.making import END_GROUP, END_REPEAT, PICKED, SETTINGS, YES_NO, Sheets, made, row, survey
from xlsforms.build import Row
from xlsforms.expressions import ARGUMENTS, FUNCTIONS, calls, taken_over
from xlsforms.fill import FormFiller
from xlsforms.forms import CHILD_FORM
from xlsforms.house_rules import HOUSE_RULES, LANGUAGES
from xlsforms.lint import RULES, lint
from xlsforms.published import went_out

LISTS = {"tempat.csv": frozenset({"name", "label", "kabupaten"})}
LABEL_OF_IT = "instance('tempat')/root/item[name = ${tempat}]/label"
A_TREE = {"list_name": "pohon", "label": "${nama}"}
PICKED_TREE = row("select_one_from_file pohon.csv", "pohon", required="yes")
NAMED = row("text", "nama", required="yes", save_to="jenis")
TWO = {f"label::{language}": "Pertanyaan" for language in LANGUAGES}


def translated(kind: str, name: str, **cells: str) -> Row:
    return {"type": kind, "name": name} | TWO | cells


def condition(column: str, word: str = "ya", mended: str = "yes") -> tuple[Sheets, Sheets]:
    return survey(row("text", "a", **{column: word})), survey(row("text", "a", **{column: mended}))


def entity(*rows: Row, **cells: str) -> Sheets:
    return survey(*rows, entities=[A_TREE | cells])


def copied(trigger: str, calculation: str, **cells: str) -> Sheets:
    return survey(row("select_one yes_no", "ada"), PICKED | {"relevant": "${ada} = 'yes'"},
                  row("text", "nama", trigger=trigger, calculation=calculation, **cells))  # fmt: skip


def repeat(*inside: Row, **cells: str) -> Sheets:
    return survey(row("integer", "n"), row("begin repeat", "ruang", **cells), *inside, END_REPEAT)


ASKED = row("text", "jenis", required="yes")
INNER = row("begin group", "r", relevant="position(..) <= ${n}")
GATED = {"repeat_count": "${n}", "relevant": "${n} > 0"}
MIXED = {"type": "text", "name": "a", "label": "A", "label::English (en)": "A"}

# the finding's code and the row it is about; a form that has it, and that form mended
BROKEN: dict[str, tuple[str, str, Sheets, Sheets]] = {
    "required=ya": ("word_for_condition", "a", *condition("required")),
    "read_only=ya": ("word_for_condition", "a", *condition("read_only")),
    "relevant=ya": ("word_for_condition", "a", *condition("relevant", mended="1 = 1")),
    "constraint=ya": ("word_for_condition", "a", *condition("constraint", mended=". != ''")),
    "bind::required=wajib": ("word_for_condition", "a", *condition("bind::required", "wajib")),
    "a calculation without quotation marks": (
        "word_for_result", "jenis",
        survey(row("text", "a"), row("calculate", "jenis", calculation="sekolah")),
        survey(row("text", "a"), row("calculate", "jenis", calculation="‘sekolah’")),
    ),
    "a count that is a word": (
        "word_for_result", "ruang", repeat(INNER, ASKED, END_GROUP, repeat_count="n", relevant="${n} > 0"),
        repeat(row("text", "a"), repeat_count="3"),
    ),
    "an unknown function in a constraint": (
        "unknown_function", "a", *condition("constraint", "panjang(.) > 1", "string-length(.) > 1"),
    ),
    "an unknown function that is not always called": (
        "unknown_function", "b",
        survey(row("text", "a"), row("text", "b", relevant="${a} = 'x' and (Contains(${a}, 'y'))")),
        survey(row("text", "a"), row("text", "b", relevant="${a} = 'x' and (contains(${a}, 'y('))")),
    ),
    "an argument too few": (
        "other_arguments", "a", *condition("constraint", "regex(.)", "regex(concat(., 'a,b'), '[0-9]{2,3}')"),
    ),
    "an unknown column of questions": (
        "unknown_column", "", survey(row("text", "a", wajib="yes")), survey(row("text", "a", required="yes")),
    ),
    "an unknown setting": (
        "unknown_column", "", survey(row("text", "a"), settings=SETTINGS | {"versi": "1"}), survey(row("text", "a")),
    ),
    "a column of notes": (
        "unknown_column", "", survey(row("text", "a", pengingat="x")), survey(row("text", "a", Catatan="x")),
    ),
    "no version": (
        "no_version", "", survey(row("text", "a"), settings={"form_title": "Rekaan", "form_id": "rekaan"}),
        survey(row("text", "a")),
    ),
    "a blank in form_id": (
        "form_id_in_addresses", "", survey(row("text", "a"), settings=SETTINGS | {"form_id": "rekaan satu"}),
        survey(row("text", "a"), settings=SETTINGS | {"form_id": "rekaan_satu"}),
    ),
    "a default language that no column has": (
        "default_language", "",
        survey(translated("text", "a"), settings=SETTINGS | {"default_language": "Indonesia"}),
        survey(translated("text", "a"), settings=SETTINGS | {"default_language": LANGUAGES[0]}),
    ),
    "a language called default": (
        "language_called_default", "", survey(MIXED), survey(MIXED, settings=SETTINGS | {"default_language": "id"}),
    ),
    "choices without a language": (
        "language_called_default", "", survey(translated("select_one yes_no", "a")),
        survey(row("select_one yes_no", "a")),
    ),
    "a filter by a column that a file lacks": (
        "no_such_column", "tempat", survey(row("text", "k"), PICKED | {"choice_filter": "kab = ${k}"}),
        survey(row("text", "k"), PICKED | {"choice_filter": "kabupaten = ${k} and contains(label, 'kab')"}),
    ),
    "a filter by a column that choices lack": (
        "no_such_column", "a", survey(row("text", "k"), row("select_one yes_no", "a", choice_filter="kab = ${k}")),
        survey(row("text", "k"), row("select_one yes_no", "a", choice_filter="kab = ${k}"),
               choices=[one | {"kab": "1"} for one in YES_NO]),
    ),
    "a lookup of a column that a file lacks": (
        "no_such_column", "b", survey(PICKED, row("calculate", "b", calculation=LABEL_OF_IT.replace("label", "nama"))),
        survey(PICKED, row("calculate", "b", calculation=LABEL_OF_IT)),
    ),
    "a lookup by a column that a file lacks": (
        "no_such_column", "b", survey(PICKED, row("calculate", "b", calculation=LABEL_OF_IT.replace("name", "kode"))),
        survey(PICKED, row("calculate", "b", calculation=LABEL_OF_IT)),
    ),
    "pulldata of a column that a file lacks": (
        "no_such_column", "b",
        survey(row("text", "k"), row("calculate", "b", calculation="pulldata('tempat', 'kode', 'name', ${k})")),
        survey(row("text", "k"), row("calculate", "b", calculation="pulldata('tempat', 'label', 'name', ${k})")),
    ),
    "choices that read a column which a file lacks": (
        "no_such_column", "tempat", survey(PICKED | {"parameters": "label=nama"}),
        survey(PICKED | {"parameters": "label=kabupaten"}),
    ),
    "a map of a file without geometry": (
        "no_geometry", "tempat", survey(PICKED | {"appearance": "map"}), survey(PICKED | {"appearance": "minimal"}),
    ),
    "a map of choices without geometry": (
        "no_geometry", "a", survey(row("select_one yes_no", "a", appearance="map")),
        survey(row("select_one yes_no", "a", appearance="map"),
               choices=[one | {"geometry": "-6 110 0 0"} for one in YES_NO]),
    ),
    "a trigger without a calculation": (
        "trigger_wipes", "a", survey(row("text", "k"), row("text", "a", trigger="${k}")),
        survey(row("text", "k"), row("text", "a", trigger="${k}", calculation="${k}")),
    ),
    "a copy that stays": (
        "trigger_forgets", "nama", copied("${tempat}", LABEL_OF_IT),
        copied("${ada}, ${tempat}", f"if(${{ada}} = 'yes', {LABEL_OF_IT}, '')"),
    ),
    "a copy that goes with what hides its source": (
        "trigger_forgets", "nama", copied("${tempat}", LABEL_OF_IT, relevant="1 = 1"),
        copied("${tempat}", LABEL_OF_IT, relevant="${ada} = 'yes'"),
    ),
    "today as text": (
        "date_as_text", "b", survey(row("today", "hari"), row("calculate", "b", calculation="${hari}")),
        survey(row("today", "hari"), row("calculate", "b", calculation="format-date(${hari}, '%Y-%m-%d')")),
    ),
    "a date that was chosen": (
        "date_as_text", "b",
        survey(row("date", "h"), row("calculate", "b", calculation="if(1 = 1, coalesce(${h}, ''), '(')")),
        survey(row("date", "h"), row("calculate", "b", calculation="if(${h} > today(), 'a', concat('x', ${h}, '('))")),
    ),
    "a count that may be none": (
        "repeat_of_none", "ruang", repeat(INNER, ASKED, END_GROUP, repeat_count="${n}"),
        repeat(INNER, ASKED, END_GROUP, **GATED),
    ),
    "a count that may be made lower": (
        "repeat_made_lower", "ruang", repeat(ASKED, **GATED), repeat(INNER, ASKED, END_GROUP, **GATED),
    ),
    "a free repeat with what is required": (
        "repeat_begins_with_one", "ruang", repeat(ASKED), repeat(ASKED, relevant="${n} > 0"),
    ),
    "an entity that pyxform leaves out": (
        "entity_left_out", "pohon",
        entity(row("text", "a", save_to="jenis"), row("begin repeat", "r", relevant="1 = 1"),
               row("text", "nama", required="yes"), END_REPEAT),
        entity(row("begin repeat", "r", relevant="1 = 1"), row("begin group", "g"),
               row("text", "a", save_to="jenis"), row("text", "nama", required="yes"), END_GROUP, END_REPEAT),
    ),
    "an entity whose label may be blank": (
        "entity_without_label", "pohon", entity(NAMED | {"required": ""}), entity(NAMED),
    ),
    "an entity whose label may not be asked": (
        "entity_without_label", "pohon",
        entity(row("select_one yes_no", "ada"), NAMED | {"relevant": "${ada} = 'yes'"}),
        entity(row("select_one yes_no", "ada"), NAMED | {"relevant": "${ada} = 'yes'"}, create_if="${ada} = 'yes'"),
    ),
    "an entity made under a word": (
        "word_for_condition", "pohon", entity(NAMED, create_if="ya"), entity(NAMED, create_if="yes"),
    ),
    "an entity labelled by a word": (
        "word_for_result", "pohon", entity(NAMED, label="Pohon"), entity(NAMED, label="'Pohon'"),
    ),
    "an entity in an encrypted form": (
        "entity_encrypted", "pohon", dict(entity(NAMED)) | {"settings": [SETTINGS | {"public_key": "MIIB"}]},
        entity(NAMED),
    ),
    "an entity of a number that is typed": (
        "entity_id_typed", "pohon",
        entity(PICKED_TREE, row("text", "nomor"), NAMED, entity_id="${nomor}"),
        entity(PICKED_TREE, row("text", "nomor"), NAMED, entity_id="${pohon}"),
    ),
    "an entity that nobody need pick": (
        "entity_without_id", "pohon", entity(PICKED_TREE | {"required": ""}, NAMED, entity_id="${pohon}"),
        entity(PICKED_TREE | {"required": ""}, NAMED, entity_id="${pohon}", update_if="${pohon} != ''"),
    ),
    "an entity made of what need not be answered": (
        "entity_without_label", "pohon", entity(NAMED | {"required": ""}, create_if="1 = 1"),
        entity(NAMED | {"required": ""}, create_if="${nama} != ''"),
    ),
    "an entity of a repeat that is shown later": (
        "entity_in_gated_repeat", "r",
        entity(row("integer", "n"), row("begin repeat", "r", relevant="${n} > 0"), NAMED, END_REPEAT),
        entity(row("integer", "n"), row("begin repeat", "r", relevant="${n} > 0"), row("begin group", "g"), NAMED,
               END_GROUP, END_REPEAT),
    ),
}  # fmt: skip


def went_out_as(form_id: str, drop: str = "") -> Sheets:
    """Make a form of what went out under this id, but for one field."""
    rows, choices = [], []
    for field in went_out(form_id).values():
        picks = field.type.startswith("select")
        choices += [{"list_name": field.name, "name": choice, "label": choice} for choice in field.choices if picks]
        kind = f"{field.type} {field.name}" if picks else field.type
        cells = {"calculation": "1"} if kind == "calculate" else {}
        rows.append(translated(kind, field.name, required=field.required, **cells))
    kept = [one for one in rows if one["name"] != drop]
    return {"survey": kept, "settings": [SETTINGS | {"form_id": form_id}], "choices": choices}


SKIPPABLE = translated("select_one daftar", "a")


def of_a_child(more: Row | None = None, longer: int = 0, kind: str = "taman", after: str = "yes") -> Sheets:
    """Make a form that children answer, with one more question; `after` which answer to the first two."""
    helped = {f"label::{language}": "Telepon 129" for language in LANGUAGES}
    gates = {"relevant": f"${{assent}} = '{after}' and ${{age_band}} = '{after}'"} if after else {}
    is_note = more is not None and more["type"] == "note"
    rows = [
        translated("begin group", "session"), translated("select_one tempat", "place_kind", required="yes"), END_GROUP,
        translated("note", "what") | helped,
        translated("select_one ya", "assent"),
        translated("begin group", "h", relevant="${assent} = 'yes'"),
        translated("select_one ya", "age_band"), END_GROUP,
        translated("begin group", "g", **gates), *([more] if more and not is_note else []), END_GROUP,
        translated("note", "concern"), *([more] if more and is_note else []),
    ]  # fmt: skip
    lists = {"ya": ["yes", "skip"], "tempat": [kind], "daftar": [*map(str, range(longer)), "skip"]}
    choices = [{"list_name": name, "name": one, **{f"label::{language}": one for language in LANGUAGES}}
               for name, ones in lists.items() for one in ones]  # fmt: skip
    return {"survey": rows, "choices": choices, "settings": [SETTINGS | {"form_id": CHILD_FORM}]}


# the same for our own forms alone
BROKEN_AT_HOME: dict[str, tuple[str, str, Sheets, Sheets]] = {
    "a question in one language": (
        "not_in_both_languages", "a",
        survey(translated("text", "b"), translated("text", "a") | {f"label::{LANGUAGES[1]}": ""}),
        survey(translated("text", "b"), translated("text", "a")),
    ),
    "a refusal in one language": (
        "not_in_both_languages", "a",
        survey(translated("text", "a", constraint=". != ''", **{f"constraint_message::{LANGUAGES[0]}": "Isi."})),
        survey(translated("text", "a", constraint=". != ''",
                          **{f"constraint_message::{language}": "Isi." for language in LANGUAGES})),
    ),
    "a question about a person": (
        "asks_for_a_person", "nik", survey(translated("text", "nik")), survey(translated("text", "npsn")),
    ),
    "a point that is required": (
        "phone_may_lack_it", "a", survey(translated("geopoint", "a", required="yes")),
        survey(translated("geopoint", "a")),
    ),
    "two questions of one name": (
        "name_twice", "a",
        survey(translated("begin group", "g"), translated("text", "a"), END_GROUP, translated("text", "a")),
        survey(translated("begin group", "g"), translated("text", "a"), END_GROUP, translated("text", "b")),
    ),
    "a text that a child writes": (
        "child_could_be_known", "cerita", of_a_child(translated("text", "cerita")), of_a_child(),
    ),
    "a child asked for the village": (
        "child_list_long", "desa", of_a_child(SKIPPABLE | {"name": "desa"}, 6), of_a_child(),
    ),
    "a child who cannot skip": (
        "child_cannot_skip", "a", of_a_child(SKIPPABLE | {"required": "yes"}), of_a_child(SKIPPABLE),
    ),
    "a child not told where help is": (
        "child_not_told", "concern", of_a_child(translated("note", "lain")), of_a_child(),
    ),
    "a child not asked whether": (
        "child_not_asked_whether", "a", of_a_child(SKIPPABLE, after=""), of_a_child(SKIPPABLE),
    ),
    "a child asked where victims go": ("child_not_asked_there", "ppt", of_a_child(kind="ppt"), of_a_child()),
    "a field that went out and is gone": (
        "field_taken_away", "today", went_out_as("ampk_programme", drop="today"), went_out_as("ampk_programme"),
    ),
}  # fmt: skip
ALL = BROKEN | BROKEN_AT_HOME


def found(sheets: Sheets, name: str) -> list[tuple[str, str]]:
    rules = HOUSE_RULES if name in BROKEN_AT_HOME else ()
    return [(finding.code, finding.row) for finding in lint(made(sheets, LISTS), rules)]


@pytest.mark.parametrize("name", ALL)
def test_a_broken_form_is_found_and_the_mended_one_is_not(name: str) -> None:
    code, where, broken, mended = ALL[name]
    assert (code, where) in found(broken, name)
    assert code not in [one for one, _ in found(mended, name)]


@pytest.mark.parametrize("name", BROKEN)
def test_a_form_is_broken_in_one_way_and_mended_in_all(name: str) -> None:
    """Nothing else is found: who mends what is said has a form that is clean."""
    code, where, broken, mended = BROKEN[name]
    assert set(found(broken, name)) == {(code, where)}
    assert found(mended, name) == []


@pytest.mark.parametrize("name", BROKEN)
def test_pyxform_and_validate_say_nothing_of_it(filler: FormFiller, name: str) -> None:
    """Where they do, the rule has become needless."""
    form = made(BROKEN[name][2])
    assert (form.warnings, filler.validate(form.xform)) == ((), [])


def test_every_rule_is_broken_by_a_form() -> None:
    def broken() -> Iterator[object]:
        forms = [made(sheets, LISTS) for _, _, sheets, _ in ALL.values()]
        yield from (rule for rule in (*RULES, *HOUSE_RULES) for form in forms if list(rule(form)))

    assert set(broken()) == {*RULES, *HOUSE_RULES}


def test_every_rule_says_why() -> None:
    assert all(len(str(rule.__doc__)) > 40 for rule in (*RULES, *HOUSE_RULES))


def test_a_warning_of_pyxforms_is_told() -> None:
    (finding,) = lint(made(survey(row("image", "foto"))))
    assert finding.code == "pyxform_warns" and "max-pixels" in finding.values["text"]


# ── functions


NOT_ALONE = {"current", "node", "text", "jr:choice-name", "jr:itext"}  # parts of a path; what Collect adds
CALLING = made(survey(row("text", "a"), row("calculate", "b", calculation="THIS"))).xform


def is_refused(filler: FormFiller, function: str, count: int) -> bool:
    """Let Validate calculate a function with so many arguments."""
    said = " ".join(filler.validate(CALLING.replace("THIS", f"{function}({', '.join(['/data/a'] * count)})")))
    return "cannot handle" in said or "argument" in said


def test_the_engine_knows_each_function(filler: FormFiller) -> None:
    """It says of a function with other arguments that it cannot handle it, too."""
    assert [name for name in FUNCTIONS - NOT_ALONE if all(is_refused(filler, name, n) for n in (1, 2, 0, 3))] == []
    assert is_refused(filler, "panjang", 1)


def test_the_engine_wants_so_many_arguments(filler: FormFiller) -> None:
    refused = {name: [is_refused(filler, name, n) for n in (count - 1, count, count + 1) if n >= 0]
               for name, count in ARGUMENTS.items()}  # fmt: skip
    assert refused == {name: [True, False, True] if count else [False, True] for name, count in ARGUMENTS.items()}


CALLS = {
    "today()": [("today", 0)], "f( )": [("f", 0)], "f(${a}, 'x,y(')": [("f", 2)], "f(g(1, 2), 3)": [("g", 2), ("f", 2)],
    "1 and (2 or (3))": [], "a[f(1)]": [("f", 1)], "f(1": [], "f(1))": [("f", 1)], "not (f(.))": [("f", 1), ("not", 1)],
    "jr:choice-name(${a}, '${a}')": [("jr:choice-name", 2)],
}  # fmt: skip


@pytest.mark.parametrize("expression", CALLS)
def test_calls_of_functions_are_read(expression: str) -> None:
    assert list(calls(expression)) == CALLS[expression]


TAKEN_OVER = {
    "${a}": ["a"], "if(${b} = 1, ${a}, '')": ["a"], "coalesce(${a}, once(${b}))": ["a", "b"], "concat(${a}, 'x')": [],
    "format-date(if(1, ${a}, ${b}), '%Y')": [], "${a} > ${b}": [], "if(1, ${a} + 1, (${b}))": ["b"], "'${a}'": [],
}  # fmt: skip


@pytest.mark.parametrize("expression", TAKEN_OVER)
def test_what_is_taken_over_as_it_is(expression: str) -> None:
    assert list(taken_over(expression)) == TAKEN_OVER[expression]
