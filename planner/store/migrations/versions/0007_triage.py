"""cases that leave the field plan"""

import sqlalchemy as sa
from alembic import op

from planner.store.migrations.append_only import drop, refuse_changes

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('case_action',
    sa.Column('action_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('until', sa.Date()),
    sa.Column('team', sa.Text()),
    sa.Column('village_code', sa.Text()),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary()),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('action_id'),
    sa.UniqueConstraint('number'),
    )
    refuse_changes('case_action')


def downgrade() -> None:
    drop('case_action')
