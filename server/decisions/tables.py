"""What people decided.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round
from server.submissions.tables import Form
from verification.reason import Reason


class Decision(Base):
    """What a person decided about a submission's version, and what became of it at Central.

    `uuid` is chosen before it is sent anywhere: the same page sent twice is one decision, a follow-up's entity has it
    for its id, and a comment ends in its beginning. `confirmed` names the entity lists that may be written to.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "form_pk", "root_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255))
    instance_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(10))  # review, comment, follow_up, round
    review_state: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)  # the comment, or what the verifier is asked
    why: Mapped[str | None] = mapped_column(Text)
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    facility_id: Mapped[str | None] = mapped_column(String(36))
    deadline: Mapped[date | None]
    confirmed: Mapped[Json | None]
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[Reason | None]
