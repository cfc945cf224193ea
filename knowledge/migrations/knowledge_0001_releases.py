"""Releases, the pointer to the live one, and gaps."""

import sqlalchemy as sa
from alembic import op

revision = "knowledge_0001"
down_revision = None
branch_labels = ("knowledge",)


def upgrade() -> None:
    op.create_table(
        "knowledge_release",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policies", sa.Integer, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
    )
    op.create_table(
        "knowledge_pointer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
    )
    op.create_table(
        "knowledge_gap",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("nearest", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("knowledge_gap", "knowledge_pointer", "knowledge_release"):
        op.drop_table(table)
