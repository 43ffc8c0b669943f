"""campaigns, trials decided by a coin, words on the policy"""

import sqlalchemy as sa
from alembic import op

from planner.store.migrations.append_only import drop, refuse_changes

revision = '0009'
down_revision = '0008'

TABLES = ('campaign_word', 'trial', 'policy_word')


def upgrade() -> None:
    op.create_table('campaign_word',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_campaign_word_campaign_id', 'campaign_word', ['campaign_id'])
    op.create_table('trial',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_table('policy_word',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    )
    refuse_changes(*TABLES)


def downgrade() -> None:
    drop(*TABLES)
