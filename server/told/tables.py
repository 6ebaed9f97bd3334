"""What submissions tell that are no visits: interviews with adults, and institutions' programmes; parsed once.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round
from server.submissions.tables import Submission
from verification.reason import Reason


class WhatWasTold(Base):
    """A version as an interview or a programme (`read_as`), as the rules have it in `what`; or why it counts for none.

    It belongs to a round and a district, and perhaps to a subdistrict there; a programme of a province or of the nation
    to no district, but to the province's code or to none. What an institution said in words is for the team alone until
    somebody of it read it and released it.
    """

    __tablename__ = "told"
    __table_args__ = (Index(None, "round_id", "read_as", "area"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True)
    read_as: Mapped[str] = mapped_column(String(20))
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    area: Mapped[str | None] = mapped_column(String(13))
    subdistrict: Mapped[str | None] = mapped_column(String(13))
    what: Mapped[Json | None]
    aside: Mapped[Reason | None]
    released_by: Mapped[str | None] = mapped_column(String(100))
    released_at: Mapped[datetime | None]


class ToldAtClosing(Base):
    """What counted of what was told when a district's part was closed, and where it lay: what comes later is not in it.

    Of a part that is open these rows say nothing; closed again, it has new ones.
    """

    __tablename__ = "told_at_closing"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    district: Mapped[str] = mapped_column(String(13), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True, index=True)
    area: Mapped[str | None] = mapped_column(String(13))
    subdistrict: Mapped[str | None] = mapped_column(String(13))
