"""What was compared is compared anew, now in its answers too; edits say again what they were filled in with"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE submission_states SET compared = NULL")
    # an edit had its first version's; the next full pull asks Central for its own
    op.execute("UPDATE submissions SET form_version = NULL WHERE number > 1")
