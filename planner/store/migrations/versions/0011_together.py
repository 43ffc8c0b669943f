"""timings of a province's counties, their adoptions, and what they mean for one county"""

import sqlalchemy as sa
from alembic import op

from planner.store.migrations.append_only import drop, refuse_changes

revision = '0011'
down_revision = '0010'

TABLES = ('timing', 'timing_adopted', 'county_loans')


def upgrade() -> None:
    op.create_table('timing',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_table('timing_adopted',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timing_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['timing_id'], ['timing.id']),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_table('county_loans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('timing_id', sa.Text(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    )
    refuse_changes(*TABLES)


def downgrade() -> None:
    drop(*reversed(TABLES))
