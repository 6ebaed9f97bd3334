"""How likely counts among drawn lines are: as scipy.stats says, without the second that importing it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.sampling.chances import at_least, at_most


@given(st.data())
def test_they_are_those_of_the_hypergeometric_distribution(data: st.DataObject) -> None:
    from scipy.stats import hypergeom  # importing it takes each process a second: here, only the one that runs this

    lines = data.draw(st.integers(1, 300))
    true, drawn, count = (data.draw(st.integers(0, lines)) for _ in range(3))
    assert at_least(count, lines, true, drawn) == pytest.approx(hypergeom.sf(count - 1, lines, true, drawn), abs=1e-9)
    assert at_most(count, lines, true, drawn) == pytest.approx(hypergeom.cdf(count, lines, true, drawn), abs=1e-9)
