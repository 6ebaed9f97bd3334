"""Small forms and submissions for trying Central with, where a visit form would say more than the test needs."""

import uuid
from typing import Any
from xml.sax.saxutils import escape

from xlsforms.build import write_xlsx

FORM_ID = "trial"


def a_form(
    version: str = "1", *, drop: str | None = None, form_id: str = FORM_ID, writes_to: str | None = None, **add: str
) -> bytes:
    """Give a form with text, number, moment, point, photograph and a repeat, as XLSX.

    `drop` leaves a question out; `add` adds questions by name and type; `writes_to` names an entity list.
    """
    survey = [
        {"type": "text", "name": "word"}, {"type": "integer", "name": "number"}, {"type": "decimal", "name": "share"},
        {"type": "datetime", "name": "moment"}, {"type": "geopoint", "name": "point"},
        {"type": "begin group", "name": "inside"}, {"type": "text", "name": "note"},
        {"type": "end group", "name": "inside"},
        {"type": "begin repeat", "name": "room"}, {"type": "text", "name": "use"},
        {"type": "end repeat", "name": "room"}, {"type": "image", "name": "photo"},
    ]  # fmt: skip
    survey = [row | {"label": row["name"]} for row in survey if row["name"] != drop]
    survey += [{"type": kind, "name": name, "label": name} for name, kind in add.items()]
    settings = [{"form_title": "Trial", "form_id": form_id, "version": version}]
    entities = {"entities": [{"list_name": writes_to, "label": "${word}"}]} if writes_to else {}
    return write_xlsx(survey=survey, settings=settings, **entities)


def a_form_without_ids(form_id: str = FORM_ID) -> str:
    """Give a form, as XML, that asks for a word and, in its meta, for no instance id."""
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Trial</h:title><model><instance><data id="{form_id}" version="1"><word/><meta><instanceName/></meta>
</data></instance><bind nodeset="/data/word" type="string"/></model></h:head>
<h:body><input ref="/data/word"><label>word</label></input></h:body></h:html>"""


def a_submission(
    instance_id: str | None = None, *, version: str = "1", replaces: str | None = None, rooms: tuple[str, ...] = (),
    form_id: str = FORM_ID, entity: str | None = None, **answers: Any,
) -> str:  # fmt: skip
    """Give a submission's XML; `entity` is a list it writes to and the entity's id, as "list/id"."""
    inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answers.items())
    inner += "".join(f"<room><use>{use}</use></room>" for use in rooms)
    more = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    if entity:
        dataset, entity_id = entity.split("/")
        more += f'<entity dataset="{dataset}" id="{entity_id}" create="1"><label>label</label></entity>'
    return (
        f'<data id="{form_id}" version="{version}">{inner}'
        f"<meta><instanceID>{instance_id or new_id()}</instanceID>{more}</meta></data>"
    )


def new_id() -> str:
    return f"uuid:{uuid.uuid4()}"
