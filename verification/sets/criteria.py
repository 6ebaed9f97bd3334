"""What a visit can check at a place, and what no visit can show: data of an indicator set."""

from dataclasses import dataclass

Text = dict[str, str]  # by language: "id", "en"
REGULATION = "regulation"


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something a visit can check. Only a criterion of the regulation can decide; one from practice informs."""

    code: str
    text: Text
    source: str  # regulation, practice
    strict: bool
    basis: str

    @property
    def of_regulation(self) -> bool:
        """Tell whether the regulation itself names this criterion."""
        return self.source == REGULATION


@dataclass(frozen=True, slots=True)
class BeyondAVisit:
    """Something the indicator's measure asks that no single visit can show."""

    code: str
    text: Text
