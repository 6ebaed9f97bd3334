"""The codes that minutes of a forum are written under.

Who was given one, and when, is not in here: nothing joins minutes to a session of children, or to who held one.
"""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.rounds.tables import Round


class ForumCode(Base):
    """A code that a facilitator without a tie was given for the minutes of a district's forum in a round."""

    __tablename__ = "forum_codes"
    __table_args__ = (Index(None, "round_id", "district"),)

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
