"""The first tables, and what keeps rows from being changed or removed."""

from __future__ import annotations

from alembic import op

from ekbom.store.migrations.frozen import never_changed
from ekbom.store.tables import ADDED_TO_ONLY, metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    bind = op.get_bind()
    metadata.create_all(bind)
    for table in ADDED_TO_ONLY:
        for statement in never_changed(table.name, bind.dialect.name):
            op.execute(statement)
