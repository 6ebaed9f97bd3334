"""Central's listing of a form's submissions, all at once."""

from workers.central.api import Central
from workers.central.feed import read_listing
from workers.central.wire import ListedSubmission


def listing(central: Central, form_id: str, *, deleted: bool = False) -> list[ListedSubmission]:
    with central.listing_stream(form_id, deleted=deleted) as chunks:
        return list(read_listing(chunks))
