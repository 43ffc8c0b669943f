"""clues, and what was said of them"""

import sqlalchemy as sa
from alembic import op

from planner.store.migrations.append_only import drop, refuse_changes

revision = '0005'
down_revision = '0004'

TABLES = ('clue', 'clue_word')


def upgrade() -> None:
    op.create_table('clue',
    sa.Column('clue_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('trust', sa.Text(), nullable=False),
    sa.Column('contact_village', sa.Text()),
    sa.Column('township_code', sa.Text()),
    sa.Column('village_code', sa.Text()),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('seen_min', sa.BigInteger()),
    sa.Column('good_until', sa.Date()),
    sa.Column('until_min', sa.BigInteger()),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary()),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('clue_id'),
    sa.UniqueConstraint('number'),
    )
    op.create_table('clue_word',
    sa.Column('word_id', sa.Text(), nullable=False),
    sa.Column('clue_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('word', sa.Text(), nullable=False),
    sa.Column('case_ids', sa.Text(), nullable=False),
    sa.Column('other', sa.Text()),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('word_id'),
    sa.UniqueConstraint('number'),
    )
    refuse_changes(*TABLES)


def downgrade() -> None:
    drop(*reversed(TABLES))
