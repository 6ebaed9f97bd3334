"""Read a submission's XML into answers, nested as the feed nests them.

Used where the feed cannot be trusted with the evidence: it shows every submission by the fields of the form's newest
version, and what that version lacks is silently left out.
"""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from verification.reason import Reason


class UnreadableXml(Exception):
    """A submission's XML that is not XML, or tries to be more than that."""

    reason = Reason("unreadable_xml")


def read_answers(xml: str) -> dict[str, Any]:
    """Read a submission's answers: text for a field, a table for a group, a list where a name comes twice.

    Raises UnreadableXml.
    """
    return _group(_root(xml))


def lists_created_in(xml: str) -> set[str]:
    """Name the entity lists in which a submission asks Central to create entities. Raises UnreadableXml."""
    entities = (node for node in _root(xml).iter() if node.tag.rsplit("}", 1)[-1] == "entity")
    return {node.get("dataset", "") for node in entities if node.get("create") in ("1", "true")}


def _root(xml: str) -> Element:
    try:
        return fromstring(xml.encode())
    except (ParseError, DefusedXmlException, ValueError):
        raise UnreadableXml from None


def _group(node: Element) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for child in node:
        name = child.tag.rsplit("}", 1)[-1]
        value: Any = _group(child) if len(child) else (child.text or "").strip() or None
        if name not in answers:
            answers[name] = value
        elif isinstance(answers[name], list):
            answers[name].append(value)
        else:
            answers[name] = [answers[name], value]
    return answers
