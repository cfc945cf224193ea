"""The inbox, the outbox of replies, and who holds their rows."""

import sqlalchemy as sa
from alembic import op

revision = "bot_0003"
down_revision = "bot_0002"
branch_labels = None


def _moment(name, **given):
    return sa.Column(name, sa.DateTime(timezone=True), **given)


def upgrade() -> None:
    op.create_table(
        "bot_inbox",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("lane", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("worker", sa.String(32), index=True),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("trouble", sa.String(200), nullable=False),
        _moment("received_at", nullable=False),
        _moment("parked_at", index=True),
    )
    op.create_table(
        "bot_inbox_seen",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        _moment("seen_at", nullable=False, index=True),
    )
    op.create_table(
        "bot_outbox",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.BigInteger, nullable=False, index=True),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("worker", sa.String(32), index=True),
        sa.Column("trouble", sa.String(200), nullable=False),
        _moment("made_at", nullable=False),
        _moment("due_at"),
        _moment("parked_at", index=True),
    )
    op.create_table(
        "bot_worker",
        sa.Column("id", sa.String(32), primary_key=True),
        _moment("alive_until", nullable=False),
    )
    op.create_table(
        "bot_button",
        sa.Column("key", sa.String(24), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        _moment("shown_at", nullable=False, index=True),
    )


def downgrade() -> None:
    for name in ("button", "worker", "outbox", "inbox_seen", "inbox"):
        op.drop_table(f"bot_{name}")
