"""Which backups were made."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.backup.tables import Backup


def last_backup(session: Session) -> Backup | None:
    """Give the latest backup that is whole and in its place; what a restore brought back knows those before itself."""
    return session.scalars(select(Backup).order_by(Backup.made_at.desc(), Backup.id.desc()).limit(1)).one_or_none()
