"""The register of places."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from verification.claim_form.cells import longest


class Facility(Base):
    """The register: one real place, however many claims point at it. `id` is also its entity's id at Central."""

    __tablename__ = "facilities"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(longest("Fasilitas", "facility_name")))
    registry_no: Mapped[str | None] = mapped_column(String(longest("Fasilitas", "registry_no")))
    village: Mapped[str] = mapped_column(String(13), index=True)
