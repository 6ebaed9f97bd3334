"""A one-time link sent to the person's own address, where mail is set up; else whoever made it hands it over.

The outbox holds which link, not the link: the job that sends it draws its secret anew, so that it stands in the mail
alone. Its printed code never goes with it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.messages.channels import Topic, channel_of
from server.messages.outbox import News, put_in
from server.people.links import DEMO
from server.people.tables import OneTimeLink, Person
from server.settings import Settings


def send_link(session: Session, settings: Settings, person_id: int) -> str | None:
    """Send the link that was just made for a person; gives the address it goes to.

    None where it has to be handed over, because no mail is set up, or they have no address: then it is left as it is.
    Sent, the token that the maker of the link has seen opens nothing any more.
    """
    session.flush()
    person = session.get_one(Person, person_id)
    query = select(OneTimeLink).filter_by(person_id=person_id, used_at=None, ended_at=None)
    link = session.scalars(query.where(OneTimeLink.purpose != DEMO)).one_or_none()
    if link is None or channel_of(session, settings, person, Topic.LINK) is None:
        return None
    return (
        person.email
        if put_in(session, settings, person, News(Topic.LINK, f"link:{link.id}", "", f"link:{link.id}"))
        else None
    )
