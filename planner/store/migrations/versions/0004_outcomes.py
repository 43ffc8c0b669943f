"""what became of visits, which papers were approved, which plan is in force"""

import sqlalchemy as sa
from alembic import op

from planner.store.migrations.append_only import drop, refuse_changes

revision = '0004'
down_revision = '0003'

TABLES = ('outcome', 'paper_word', 'plan_adopted')


def upgrade() -> None:
    op.create_table('outcome',
    sa.Column('outcome_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('plan_id', sa.Text(), nullable=False),
    sa.Column('visit_id', sa.Text(), nullable=False),
    sa.Column('squad_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('minute', sa.BigInteger()),
    sa.Column('kinds', sa.Text(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger()),
    sa.Column('fine_fen', sa.BigInteger()),
    sa.Column('next_step', sa.Text(), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('corrects', sa.Text()),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('card_id', sa.Text()),
    sa.Column('sealed', sa.LargeBinary()),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('outcome_id'),
    sa.UniqueConstraint('number'),
    )
    op.create_table('paper_word',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Text(), nullable=False),
    sa.Column('paper', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_paper_word_visit_id', 'paper_word', ['visit_id'])
    op.create_table('plan_adopted',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Text(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], ),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_plan_adopted_week_start', 'plan_adopted', ['week_start'])
    refuse_changes(*TABLES)


def downgrade() -> None:
    drop(*reversed(TABLES))
