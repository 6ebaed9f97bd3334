"""Forms as Collect keeps them: read from their XML once, and from what was written down of that afterwards.

Java runs already (`xlsforms.engine`).
"""

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=64)
def _kept(xform: str) -> Any:
    """Read a form from its XML, and write it down as Collect does, which reads the XML once for each version."""
    from java.io import ByteArrayOutputStream, DataOutputStream

    written = ByteArrayOutputStream()
    _parsed(xform).writeExternal(DataOutputStream(written))
    return written.toByteArray()


def _parsed(xform: str) -> Any:
    from java.io import ByteArrayInputStream
    from org.javarosa.xform.util import XFormUtils

    return XFormUtils.getFormFromInputStream(ByteArrayInputStream(xform.encode()))


def read_form(xform: str) -> Any:
    """Read a form as new, with its lists as they are now: quickly where it was read before and has all of them."""
    from java.io import ByteArrayInputStream, DataInputStream, FileNotFoundException
    from org.javarosa.core.model import FormDef
    from org.javarosa.core.util.externalizable import ExtUtil

    form = FormDef()
    try:
        form.readExternal(DataInputStream(ByteArrayInputStream(_kept(xform))), ExtUtil.defaultPrototypes())
    except FileNotFoundException:  # only XML is read without a list
        return _parsed(xform)
    return form
