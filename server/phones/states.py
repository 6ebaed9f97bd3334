"""The states of a phone, told from its moments."""

from server.phones.tables import Phone

WAITING, READY, PRINTED, ENDING, ENDED = "waiting", "ready", "printed", "ending", "ended"
STATES = (WAITING, READY, PRINTED, ENDING, ENDED)


def state_of(phone: Phone) -> str:
    """Tell a phone's state."""
    if phone.ended_at is not None:
        return ENDED if phone.refused_at is not None else ENDING
    if phone.ready_at is None:
        return WAITING
    return READY if phone.printed_at is None else PRINTED
