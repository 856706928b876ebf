"""The last link of each thread's journal: entries that are cut off its end are missed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "journal_heads",
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_journal_heads")),
    )
    op.execute(
        "INSERT INTO journal_heads (thread_id, link) SELECT thread_id, link FROM journal WHERE link IS NOT NULL "
        "AND entry_id IN (SELECT MAX(entry_id) FROM journal GROUP BY thread_id)"
    )
