"""The one guarded edge of what is done row by row: whatever is wrong with one row sets only it aside."""

import logging
import traceback
from collections.abc import Callable
from typing import TypeVar

Row = TypeVar("Row")
Done = TypeVar("Done")

log = logging.getLogger(__name__)


def or_aside(do: Callable[[Row], Done], aside: Callable[[Row], Done], row: Row, *, but: type[Exception]) -> Done:
    """Do something with a row; where that fails, give what `aside` makes of it. `but` is not of the row, and raised.

    For what nobody foresaw: what can be foreseen has its own reason. The place in the code is logged, and nothing that
    the row says.
    """
    try:
        return do(row)
    except but:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("%s in %s, line %s", type(error).__name__, place.name, place.lineno)
        return aside(row)
