"""What holds for the whole house, names of API tokens, label printers, suppliers, files between two pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "house_fact",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_house_fact")),
    )
    op.add_column("api_token", sa.Column("name", sa.String(80), nullable=False, server_default=""))
    op.add_column("api_token", sa.Column("seen_at", TIME, nullable=True))
    op.create_table(
        "printer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("roll", sa.String(24), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("port BETWEEN 9100 AND 9109 OR port = 6101", name=op.f("ck_printer_port")),
        sa.CheckConstraint("dpi IN (203, 300)", name=op.f("ck_printer_dpi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("name", name=op.f("uq_printer_name")),
    )
    op.create_table(
        "supplier",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(60), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_name")),
    )
    op.create_table(
        "draft_file",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_draft_file_operator_id")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_draft_file")),
    )
    op.create_table(
        "mapped_header",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_mapped_header")),
    )
    drop_the_code_with_the_first_supervisor()


def drop_the_code_with_the_first_supervisor() -> None:
    """The one-time code with which a shop is set up is worth nothing once a supervisor is there, whichever way one comes."""
    supervises = "NEW.active AND ';' || NEW.roles || ';' LIKE '%;supervisor;%'"
    drop = "DELETE FROM house_fact WHERE key = 'set_up_nonce'"
    if op.get_bind().dialect.name == "sqlite":
        for event in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER supervisor_by_{event.lower()} AFTER {event} ON operator WHEN {supervises} BEGIN {drop}; END"
            )
        return
    op.execute(f"CREATE FUNCTION supervisor_is_there() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {drop}; RETURN NULL; END $$")
    op.execute(
        "CREATE TRIGGER supervisor_is_there AFTER INSERT OR UPDATE ON operator "
        f"FOR EACH ROW WHEN ({supervises}) EXECUTE FUNCTION supervisor_is_there()"
    )
