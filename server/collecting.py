"""The collector of cycles stands still while many rows are worked through: it would look at all of them, in vain."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

_FEW = 2000  # objects; of a district of 10,000 visits some are columns of as many, and to look at them takes 8 ms
_TIMES = 100  # so much work leaves some 100,000 objects in cycles, 20 MB: few enough to look for them only then
_passed_over = count(1)


@contextmanager
def not_collecting() -> Iterator[None]:
    """Keep the collector from looking at what is made now, and at what stays of it where that is much.

    What the libraries leave in cycles of it is looked for every so often. Inside itself it does nothing.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _FEW:
            _pass_over()
        gc.enable()


def _pass_over() -> None:
    gc.freeze()
    if next(_passed_over) % _TIMES == 0:
        gc.unfreeze()
        gc.collect()
