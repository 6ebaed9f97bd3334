"""What became of what a fuzzer tried: counts of which all but the first two have to stay nought."""

from dataclasses import dataclass, field

SLOW_SECONDS, MUCH_MB = 10, 500


@dataclass
class Tally:
    """What was refused, what was taken, and what went wrong, with the input that did it."""

    refused: int = 0
    taken: int = 0
    traceback: int = 0
    slow: int = 0
    much: int = 0
    partial_write: int = 0
    wrong: list[str] = field(default_factory=list)

    def fail(self, what: str, tried: object, said: object = "") -> None:
        setattr(self, what, getattr(self, what) + 1)
        self.wrong.append(f"{what}: {tried}: {said}"[:600])

    def must_be_clean(self, more: object = "") -> None:
        """Print the counts, and what a fuzzer adds to them."""
        print(f"\nrefused {self.refused}, taken {self.taken}, traceback {self.traceback}, "
              f"over {SLOW_SECONDS} s {self.slow}, over {MUCH_MB} MB {self.much}, partial write {self.partial_write}; "
              f"{more}")  # fmt: skip
        assert self.wrong == []
