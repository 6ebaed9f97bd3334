"""Why a backup cannot be made, or not be restored; each says so by a sentence."""

from verification.reason import WithReason


class Unready(WithReason):
    """A backup cannot be made: something is not set, or not there."""


class Unrestorable(WithReason):
    """What was given cannot be restored, or not there; nothing was changed."""


class CutShort(Unrestorable):
    """A backup ends before its end."""
