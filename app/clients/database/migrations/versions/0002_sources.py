"""What threads have read: texts by their content, and which thread read which source. The journal names branches."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_texts")),
    )
    op.create_table(
        "sources",
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["texts.digest"], name=op.f("fk_sources_digest_texts")),
        sa.PrimaryKeyConstraint("thread_id", "lead", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_digest"), "sources", ["digest"], unique=False)
    op.add_column("journal", sa.Column("label", sa.String(), nullable=True))
