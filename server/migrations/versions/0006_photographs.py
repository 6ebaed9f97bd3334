"""Files of any name and kind are kept: those that were refused for theirs are asked for again"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_REFUSED = "state = 'refused' AND CAST(problem AS TEXT) NOT LIKE '%attachment_too_large%'"
_ITS_LIST = "attachments.form_pk = file_lists.form_pk AND attachments.instance_id = file_lists.instance_id"


def upgrade() -> None:
    refused = f"EXISTS (SELECT 1 FROM attachments WHERE {_ITS_LIST} AND {_REFUSED})"
    op.execute(f"UPDATE file_lists SET settled = false, next_ask_at = CURRENT_TIMESTAMP WHERE {refused}")
    op.execute(f"UPDATE attachments SET state = 'expected', problem = NULL, etag = NULL WHERE {_REFUSED}")
