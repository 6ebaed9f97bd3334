"""What is common to all outside: it may not do what it was asked, for a while or for good."""

from verification.reason import Value, WithReason


class OutsideProblem(WithReason):
    """Something outside did not do what it was asked. `passes` tells whether asking later can help by itself."""

    def __init__(self, code: str, *, passes: bool, **values: Value) -> None:
        super().__init__(code, **values)
        self.passes = passes
