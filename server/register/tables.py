"""The register of places; by which ids Central has them."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from verification.claim_form.cells import longest


class Facility(Base):
    """The register: one real place, however many claims point at it. By `id` Central has it too, or by one that is made
    of it (`server/register/at_central.py`).
    """

    __tablename__ = "facilities"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(longest("Fasilitas", "facility_name")))
    registry_no: Mapped[str | None] = mapped_column(String(longest("Fasilitas", "registry_no")))
    village: Mapped[str] = mapped_column(String(13), index=True)


class CentralProject(Base):
    """A project at Central to which places were sent, by its number there: by the places' ids, or by ids of its own.

    Central takes an id once over all its projects, so one project has the places' own.
    """

    __tablename__ = "central_projects"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    own_ids: Mapped[bool]
