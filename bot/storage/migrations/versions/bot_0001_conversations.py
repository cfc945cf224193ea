"""Conversations and ratings."""

import sqlalchemy as sa
from alembic import op

revision = "bot_0001"
down_revision = None
branch_labels = ("bot",)


def upgrade() -> None:
    op.create_table(
        "bot_conversation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("turns", sa.Text, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "bot_rating",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("policies", sa.Text, nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bot_rating")
    op.drop_table("bot_conversation")
