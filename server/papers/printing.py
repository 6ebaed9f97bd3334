"""Printing: a template of this folder and its data make a PDF. No font, file or package of the machine is used.

typst comes with the extra `production`; where it is not installed, who asks is told so.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from verification.reason import WithReason

_HERE = Path(__file__).parent


class NotPrinted(WithReason):
    """A paper that cannot be made here, with the reason."""


def can_print() -> bool:
    """Tell whether this installation can make papers."""
    try:
        import typst  # noqa: F401 - whether it is there is the question
    except ModuleNotFoundError:
        return False
    return True


def paper(template: str, data: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """Make the PDF of a template, such as `phone.typ`; `pictures` are SVG by file name. Raises NotPrinted."""
    try:
        import typst
    except ModuleNotFoundError:
        raise NotPrinted("paper_needs_typst") from None
    files = {"main.typ": (_HERE / template).read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode()}
    files |= {name: svg.encode() for name, svg in pictures.items()}
    compile_files: Any = typst.compile  # it takes files by name too, which its types do not say
    return cast(bytes, compile_files(files, format="pdf", ignore_system_fonts=True))
