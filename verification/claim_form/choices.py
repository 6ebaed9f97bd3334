"""What a cell may be chosen from: lists by the codes that are kept. Whoever writes a form says what each is called."""

from collections.abc import Collection, Mapping

from verification.claim_form.cells import clean

Words = Mapping[str, Mapping[str, str]]  # by list, then by code: what a form calls it

_SINGLE_AGES = tuple(str(age) for age in range(19))
STAGES = {"in_force": True, "draft": False}  # of a regulation, by whether it holds
AGE_BANDS = ("0-5", "6-12", "13-15", "16-17")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "document_kind": ("perda", "perbup", "decree", "instruction", "circular", "memorandum", "report", "data", "photo",
                      "minutes", "other"),
    "policy_kind": ("perda", "perbup", "village_regulation", "decree", "instruction", "circular", "other"),
    "category": ("broadcast", "book", "periodical", "internet", "video", "other"),
    "run_by": ("government", "community", "business"),
    "paid": ("free", "paid"),
    "location_kind": ("gov_office", "private_work", "public", "service"),
    "smoke_free_kind": ("government", "health", "school", "playground", "worship", "transport", "workplace", "public",
                        "other"),
    "stage": (*STAGES,),
    "source": ("district", "province", "state", "foreign_donor", "private_donor", "stimulus", "other"),
    "basis": ("budgeted", "realised"),
    "sex": ("male", "female"),
    "age": (*AGE_BANDS, *_SINGLE_AGES),
    "protection_group": ("emergency", "facing_law", "minority", "exploited", "trafficked", "substances", "abducted",
                         "violence", "disability", "neglect"),
    "level": ("village", "subdistrict", "district"),
    "meeting_level": ("village", "subdistrict", "district", "province", "national"),
    "group_kind": ("forum", "group"),
    "activities": ("arts", "sports", "religion", "environment", "media", "advocacy"),
    "support": ("funds", "place", "companion", "training"),
    "proposal_kind": ("regulation", "policy", "programme", "activity"),
    "accepted": ("yes", "partly", "no", "not_yet"),
}  # fmt: skip


def folded(text: str) -> str:
    """Write a choice so that small letters, blanks and the sort of dash make no difference."""
    return " ".join(clean(text).casefold().replace("\u2013", "-").split())


def chosen(text: str, words: str, names: Words) -> str | None:
    """Find the code of what was chosen: by what the form calls it, or by the code itself; None where it is neither."""
    written, codes = folded(text), CHOICES[words]
    called = {folded(names.get(words, {}).get(code, code)): code for code in codes}
    return called.get(written) or next((code for code in codes if code == written), None)


def kind_code(text: str) -> str:
    """Find the code of "Pojok ASI (pojok_asi)", as the list offers it, or of the bare code."""
    plain = clean(text)
    return plain.rpartition("(")[2].removesuffix(")").strip() if plain.endswith(")") else plain


def kind_meant(text: str, names: Words, among: Collection[str] | None = None) -> str:
    """Find a kind's code by its name alone too, where only one kind (of those it may be among) is called so."""
    code, called = kind_code(text), names.get("kind", {})
    kinds = called.keys() if among is None else among
    found = [kind for kind in kinds if _without_blanks(called.get(kind, kind)) == _without_blanks(text)]
    return found[0] if code not in kinds and len(found) == 1 else code


def _without_blanks(text: str) -> str:
    return "".join(folded(text).split())
