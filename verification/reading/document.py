"""Read a submission's answers as what a reader noted of a document without a line: a draft, and no reading yet.

Two codes say which document and which reader it is about; whether they are anybody's is seen where codes are known.
"""

import re
from collections.abc import Mapping
from typing import Any

from verification.desk.reading import Says
from verification.model import Seen
from verification.reading.fields import ReadFields, YesNo
from verification.record import record

_LONGEST_NOTE, _LONGEST_AREA, _LONGEST_CODE, _CLUSTERS = 500, 13, 12, 20
_SEEN = ("matches_number", "matches_date", "in_force")
_CLUSTER = re.compile(r"[IVX]{1,4}")


@record
class DocumentDraft:
    """What was answered, by the desk's own names, as its page would send it; `covers` are codes of clusters.

    Of a document that could not be opened nothing else is here but `note`, free text for Tim Penilai alone.
    """

    draft_id: str
    version: str
    district: str | None = None
    reader: str | None = None
    document: str | None = None
    answers: Mapping[str, str] | None = None
    covers: tuple[str, ...] = ()
    note: str | None = None
    unread: tuple[str, ...] = ()


def read_draft(answers: Mapping[str, Any], draft_id: str, version: str) -> DocumentDraft:
    """Read a draft from a submission's answers (nested by group)."""
    fields = ReadFields(answers)
    district, reader, document = (
        fields.text(name, longest)
        for name, longest in (
            ("desk_district_code", _LONGEST_AREA), ("reader_code", _LONGEST_CODE), ("document_code", _LONGEST_CODE)
        )
    )  # fmt: skip
    fields.pass_over("desk_district")
    opened, note = fields.choice(YesNo, "opened"), fields.text("desk_note", _LONGEST_NOTE)
    if opened is not YesNo.YES:
        said = {} if opened is None else {"opened": opened.value}
        return DocumentDraft(draft_id, version, district, reader, document, said, (), note)
    covers = tuple(one for one in (fields.text("covers", _CLUSTERS) or "").split() if _CLUSTER.fullmatch(one))
    page = fields.count("page")
    found = {
        "opened": opened, **{name: fields.choice(Seen, name) for name in _SEEN},
        "issuer_ok": fields.choice(YesNo, "issuer_ok"), "says": fields.choice(Says, "says"),
        "child_input_named": fields.choice(YesNo, "child_input_named"),
    }  # fmt: skip
    said = {name: value.value for name, value in found.items() if value is not None}
    said |= {"page": str(page)} if page else {}
    return DocumentDraft(draft_id, version, district, reader, document, said, covers, note, fields.unread())
