"""Persons, areas, roles, codes and the audit."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "bot_0002"
down_revision = "bot_0001"
branch_labels = None


def _moment(name, **given):
    return sa.Column(name, sa.DateTime(timezone=True), **given)


def _person(**given):
    return sa.Column("person", sa.String(32), sa.ForeignKey("bot_person.id", ondelete="CASCADE"), nullable=False, **given)


def upgrade() -> None:
    op.create_table(
        "bot_area",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("parent", sa.String(16), sa.ForeignKey("bot_area.id"), index=True),
        sa.Column("name", sa.String(40), nullable=False, index=True),
        sa.Column("path", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "bot_person",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("language", sa.String(2)),
        sa.Column("work", sa.String(16)),
        sa.Column("area", sa.String(16), sa.ForeignKey("bot_area.id", ondelete="SET NULL"), index=True),
        _moment("created_at", nullable=False),
        _moment("seen_at", nullable=False),
    )
    op.create_table(
        "bot_identity",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("subject", sa.String(64), primary_key=True),
        _person(index=True),
        _moment("connected_at", nullable=False),
    )
    op.create_table(
        "bot_reach",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("address", sa.String(64), primary_key=True),
        _person(index=True),
        _moment("blocked_at"),
    )
    op.create_table(
        "bot_wish",
        _person(primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("wanted", sa.Boolean, nullable=False),
        _moment("said_at", nullable=False),
    )
    op.create_table(
        "bot_role",
        _person(primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("over", sa.String(64), primary_key=True),
        _moment("granted_at", nullable=False),
    )
    _codes()
    op.create_table(
        "bot_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        _moment("at", nullable=False),
        sa.Column("actor", sa.String(32), nullable=False, index=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("target", sa.String(64), nullable=False, index=True),
        sa.Column("why", sa.Text, nullable=False),
    )


def _codes() -> None:
    op.create_table(
        "bot_link_code",
        sa.Column("digest", sa.String(64), primary_key=True),
        _person(index=True),
        _moment("expires_at", nullable=False),
        sa.Column("used_by", sa.String(64)),
    )
    op.create_table(
        "bot_invitation",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("over", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(32), nullable=False),
        _moment("made_at", nullable=False),
        _moment("expires_at", nullable=False),
        sa.Column("redeemed_by", sa.String(32), sa.ForeignKey("bot_person.id", ondelete="SET NULL"), index=True),
        _moment("redeemed_at"),
        _moment("withdrawn_at"),
    )
    op.create_table(
        "bot_wrong_code",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False, index=True),
        _moment("tried_at", nullable=False, index=True),
    )
    key = op.create_table(
        "bot_people_key", sa.Column("id", sa.Integer, primary_key=True), sa.Column("key", sa.String(64), nullable=False)
    )
    op.bulk_insert(key, [{"id": 1, "key": secrets.token_hex(32)}])


def downgrade() -> None:
    for name in (
        "audit",
        "people_key",
        "wrong_code",
        "invitation",
        "link_code",
        "role",
        "wish",
        "reach",
        "identity",
        "person",
        "area",
    ):
        op.drop_table(f"bot_{name}")
