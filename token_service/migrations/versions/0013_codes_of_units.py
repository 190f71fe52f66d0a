"""Patient codes belong to units, which may each have a rule for them."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

VISITED_IN = sa.text(
    "SELECT DISTINCT patient_codes.id, text, unit_id FROM patient_codes "
    "JOIN sessions ON patient_code_id = patient_codes.id WHERE unit_id IS NOT NULL"
)
GIVE = sa.text("UPDATE patient_codes SET holder = :holder WHERE id = :id")
GIVE_BACK = (
    "UPDATE patient_codes SET holder = "
    "(SELECT min(sessions.account) FROM sessions WHERE patient_code_id = patient_codes.id) "
    "WHERE holder IN (SELECT id FROM units) AND id IN (SELECT patient_code_id FROM sessions)"
)


def upgrade() -> None:
    op.execute("ALTER TABLE patient_codes RENAME COLUMN account TO holder")
    op.add_column("units", sa.Column("patient_code_pattern", sa.String(16)))
    _give_to_units()


def _give_to_units() -> None:
    """Where it is plain whose they are. One that two people of a unit each have may be of two
    children: those stay their own."""
    connection = op.get_bind()
    units_of, alike = defaultdict(set), defaultdict(set)
    for code, text, unit in connection.execute(VISITED_IN):
        units_of[code].add(unit)
        alike[unit, text].add(code)
    for (unit, _), codes in alike.items():
        for code in codes:
            if len(codes) == len(units_of[code]) == 1:
                connection.execute(GIVE, {"holder": unit, "id": code})


def downgrade() -> None:
    op.execute(GIVE_BACK)
    op.drop_column("units", "patient_code_pattern")
    op.execute("ALTER TABLE patient_codes RENAME COLUMN holder TO account")
