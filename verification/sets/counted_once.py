"""Which indicators share no place: data of an indicator set."""

from verification.record import record


@record
class CountedOnce:
    """Indicators that share no place, in the order in which a place counts; `because` is the regulation's sentence."""

    indicators: tuple[int, ...]
    because: str

    def before(self, indicator: int) -> tuple[int, ...]:
        """Name the indicators under which a place of this one counts first."""
        return self.indicators[: self.indicators.index(indicator)] if indicator in self.indicators else ()
