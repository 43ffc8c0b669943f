"""route cards, and what was brought back from them"""

import sqlalchemy as sa
from alembic import op

from planner.store.migrations.append_only import drop, refuse_changes

revision = '0006'
down_revision = '0005'

TABLES = ('card', 'card_return')


def upgrade() -> None:
    op.create_table('card',
    sa.Column('card_id', sa.Text(), nullable=False),
    sa.Column('plan_id', sa.Text(), nullable=False),
    sa.Column('squad_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('expires', sa.DateTime(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], ),
    sa.PrimaryKeyConstraint('card_id'),
    )
    op.create_table('card_return',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('card_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('outcomes', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['card_id'], ['card.card_id'], ),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_card_return_card_id', 'card_return', ['card_id'])
    refuse_changes(*TABLES)


def downgrade() -> None:
    drop(*reversed(TABLES))
