"""What the newest sync certificate says is at Central and not here: no number without it."""

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.sync.certificates import Cause, latest_certificate, read_detail

_NOT_HERE = (Cause.NOT_PULLED_YET, Cause.MISSING_HERE, Cause.CONTENT_NOT_KEPT)


def told_by_certificate(session: Session, project: int, clear: Clearance) -> Cleared:
    """Say how many submissions are at Central and not here, by which certificate; their district is not known."""
    found = latest_certificate(session, project)
    if found is None:
        return clear.say("lists.expected.no_certificate")
    forms = read_detail(found).forms
    count = sum(form.causes.get(cause, 0) for form in forms for cause in _NOT_HERE)
    if not count:
        return clear.say("lists.expected.all_here", moment=found.made_at)
    return clear.say("lists.expected.at_central", moment=found.made_at, count=count)
