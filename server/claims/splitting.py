"""A workbook for each agency that the regulation names as a source, each with its own questions and sheets."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from server.claims.template import asked_by, stamp_for, template_of
from verification.claim_form.parts import agencies_of


@dataclass(frozen=True)
class PartOfForm:
    """An agency's part: the name of its file, the indicators in it, and the workbook itself."""

    agency: str
    filename: str
    indicators: tuple[int, ...]
    content: bytes


def split(
    session: Session, round_id: str, district: str, agencies: Collection[str] | None = None
) -> Iterator[PartOfForm]:
    """Write each agency's part, or those of some, one after the other. Raises NoTemplate."""
    stamp = stamp_for(session, round_id, district)
    for agency, numbers in agencies_of(asked_by(session, stamp)).items():
        if agencies is not None and agency not in agencies:
            continue
        content = template_of(session, replace(stamp, agency=agency)).content
        yield PartOfForm(agency, f"klaim-{district}-{stamp.year}-{_as_name(agency)}.xlsx", numbers, content)


def _as_name(agency: str) -> str:
    """Write an agency as a part of a file's name, which any system takes."""
    plain = unicodedata.normalize("NFKD", agency).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "bagian"
