"""Stations, closures, riders' reports, and the requests that were done."""

import sqlalchemy as sa
from alembic import op

revision = "knowledge_0002"
down_revision = "knowledge_0001"


def upgrade() -> None:
    op.create_table(
        "knowledge_station",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("lat", sa.Float(53), nullable=False),
        sa.Column("lon", sa.Float(53), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("services", sa.Text, nullable=False),
        sa.Column("hours", sa.Text, nullable=False),
        sa.Column("phone", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.Date),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
    )
    op.create_table(
        "knowledge_station_closure",
        sa.Column("station", sa.String(64), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "knowledge_station_report",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("station", sa.String(64), nullable=False, index=True),
        sa.Column("reporter", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "knowledge_station_request",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    version = op.create_table(
        "knowledge_station_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("stations", sa.Integer, nullable=False),
        sa.Column("doors", sa.Integer, nullable=False),
    )
    op.bulk_insert(version, [{"id": 1, "stations": 0, "doors": 0}])


def downgrade() -> None:
    for table in ("version", "request", "report", "closure"):
        op.drop_table(f"knowledge_station_{table}")
    op.drop_table("knowledge_station")
