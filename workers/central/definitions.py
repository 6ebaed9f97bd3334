"""What a form's definition, an XForm, says of itself: its id and version, and the entity lists it writes to."""

from typing import NamedTuple

from workers.central.xml import UnreadableXml, read_elements


class Defined(NamedTuple):
    """A definition's own words."""

    form_id: str
    version: str
    writes_to: frozenset[str]


def read_definition(xml: str) -> Defined:
    """Read a definition. Raises UnreadableXml where it is none."""
    nodes = list(read_elements(xml).walk())
    models = [node for node in nodes if node.local == "model"]
    instances = [child for model in models[:1] for child in model.children if child.local == "instance"]
    roots = [child for instance in instances[:1] for child in instance.children]
    if not roots:
        raise UnreadableXml("unreadable_xml")
    root = roots[0]
    lists = {node.attributes["dataset"] for node in root.walk() if "dataset" in node.attributes}
    return Defined(root.attributes.get("id", ""), root.attributes.get("version", ""), frozenset(lists))
