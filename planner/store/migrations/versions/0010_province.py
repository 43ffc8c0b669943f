"""work over all counties of a province, and what came of it in each"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('province_run',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_table('province_part',
    sa.Column('run_id', sa.Text(), nullable=False),
    sa.Column('county_code', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('kept', sa.Boolean(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('townships', sa.LargeBinary(), nullable=True),
    sa.Column('error_key', sa.Text(), nullable=True),
    sa.Column('error_params', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['province_run.id']),
    sa.PrimaryKeyConstraint('run_id', 'county_code'),
    )
    op.create_index('ix_province_part_digest', 'province_part', ['digest'])


def downgrade() -> None:
    op.drop_table('province_part')
    op.drop_table('province_run')
