"""People with their tokens; what the table of approvals asks for, each voice of a quorum, and questions of approvers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String()),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_people")),
        sa.UniqueConstraint("name_key", name=op.f("uq_people_name_key")),
    )
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String()),
        sa.ForeignKeyConstraint(["name"], ["people.name"], name=op.f("fk_tokens_name_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_name"), "tokens", ["name"])
    op.create_table(
        "approval_voices",
        sa.Column("approval_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("granted", sa.JSON()),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("said_by", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", "person", name=op.f("pk_approval_voices")),
    )
    op.create_table(
        "approval_questions",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("approval_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("put_to", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String()),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.String()),
        sa.Column("answered_at", sa.String()),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_approval_questions")),
    )
    for column in ("approval_id", "thread_id"):
        op.create_index(op.f(f"ix_approval_questions_{column}"), "approval_questions", [column])
    op.add_column("approvals", sa.Column("rule", sa.JSON()))
    op.add_column("approvals", sa.Column("decided_as", sa.String()))
    op.add_column("approvals", sa.Column("said_by", sa.String()))
    op.add_column("threads", sa.Column("started_by", sa.String()))
