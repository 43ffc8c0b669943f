"""first schema"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None

APPEND_ONLY = ('plan', 'audit', 'case_history', 'placing_decision', 'score_run')


def refuse_changes(table: str) -> None:
    """Rows of these tables are never changed or removed, whoever asks."""
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('case_row',
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('case_type', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=True),
    sa.Column('series', sa.Text(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('handler', sa.Text(), nullable=True),
    sa.Column('filed_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closing', sa.Text(), nullable=True),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('claimed_fen', sa.BigInteger(), nullable=True),
    sa.Column('recovered_fen', sa.BigInteger(), nullable=True),
    sa.Column('livelihood', sa.Boolean(), nullable=False),
    sa.Column('group_case', sa.Boolean(), nullable=False),
    sa.Column('fisher', sa.Boolean(), nullable=False),
    sa.Column('found_by_sweep', sa.Boolean(), nullable=False),
    sa.Column('search_planned', sa.Boolean(), nullable=False),
    sa.Column('female_debtor', sa.Boolean(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('clue_on', sa.Date(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('case_id')
    )
    op.create_table('job',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('cancel_wanted', sa.Boolean(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('share', sa.Float(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('error_key', sa.Text(), nullable=True),
    sa.Column('error_params', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('heartbeat', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('learnt_alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alias', sa.Text(), nullable=False),
    sa.Column('township_code', sa.Text(), nullable=False),
    sa.Column('village_code', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('party_row',
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('party_no', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('is_company', sa.Boolean(), nullable=False),
    sa.Column('id_hash', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('residence', sa.Text(), nullable=True),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('domicile', sa.Text(), nullable=True),
    sa.Column('x', sa.Float(), nullable=True),
    sa.Column('y', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('case_id', 'party_no')
    )
    op.create_table('placed_row',
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('party_no', sa.BigInteger(), nullable=False),
    sa.Column('lead', sa.Boolean(), nullable=False),
    sa.Column('township_code', sa.Text(), nullable=True),
    sa.Column('village_code', sa.Text(), nullable=True),
    sa.Column('lon', sa.Float(), nullable=True),
    sa.Column('lat', sa.Float(), nullable=True),
    sa.Column('point_source', sa.Text(), nullable=True),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('address_kind', sa.Text(), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('matched', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('case_id', 'party_no')
    )
    op.create_table('placing_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('party_no', sa.Integer(), nullable=False),
    sa.Column('township_code', sa.Text(), nullable=True),
    sa.Column('village_code', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('register_import',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('report', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('digest')
    )
    op.create_table('score_run',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('hotspots', sa.LargeBinary(), nullable=False),
    sa.Column('clusters', sa.LargeBinary(), nullable=False),
    sa.Column('points', sa.LargeBinary(), nullable=False),
    sa.Column('visits', sa.LargeBinary(), nullable=False),
    sa.Column('out', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('case_history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('import_id', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['register_import.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_case_history_case_id'), 'case_history', ['case_id'], unique=False)
    op.create_table('plan',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('score_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('visits', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['parent'], ['plan.id'], ),
    sa.ForeignKeyConstraint(['score_id'], ['score_run.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    op.drop_table('plan')
    op.drop_index(op.f('ix_case_history_case_id'), table_name='case_history')
    op.drop_table('case_history')
    op.drop_table('score_run')
    op.drop_table('register_import')
    op.drop_table('placing_decision')
    op.drop_table('placed_row')
    op.drop_table('party_row')
    op.drop_table('learnt_alias')
    op.drop_table('job')
    op.drop_table('case_row')
    op.drop_table('audit')
    if op.get_bind().dialect.name != 'sqlite':
        for table in APPEND_ONLY:
            op.execute(f'DROP FUNCTION {table}_refuse()')
