"""names, phones, addresses and remarks are sealed; rejected rows are kept; columns and decisions are data of the court"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from planner.store.vault import Vault

Rows = Sequence[Any]

revision = '0003'
down_revision = '0002'

PERSONAL = {'case_row': ('remark',), 'party_row': ('name', 'phone', 'residence', 'service', 'domicile')}
UNTOLD = '{"new": 0, "updated": 0, "unchanged": 0}'
KEYS = {'case_row': ('case_id',), 'party_row': ('case_id', 'party_no')}


def upgrade() -> None:
    connection = op.get_bind()
    imports = connection.execute(sa.text('SELECT * FROM register_import ORDER BY at')).mappings().all()
    history = connection.execute(sa.text('SELECT * FROM case_history ORDER BY id')).mappings().all()
    op.drop_table('case_history')
    op.drop_table('register_import')
    create_tables()
    add_columns()
    if imports:
        vault = connection.get_execution_options()['vault']
        keep_accounts(connection, vault, imports, history)
        seal_people(connection, vault)
        tell_subjects(connection)
    refuse_changes('case_history')
    for table, personal in PERSONAL.items():
        for name in personal:
            op.drop_column(table, name)


def create_tables() -> None:
    """The digest of an import is no longer unique: the same files may bring news, when columns or names were learnt."""
    op.create_table('register_import',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_register_import_digest', 'register_import', ['digest'])
    op.create_table('case_history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('import_id', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['register_import.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_case_history_case_id', 'case_history', ['case_id'])
    op.create_table('rejected_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Text(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('mended_by', sa.Text()),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['register_import.id'], ),
    sa.ForeignKeyConstraint(['mended_by'], ['register_import.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_rejected_row_import_id', 'rejected_row', ['import_id'])
    op.create_table('column_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('court', sa.Text(), nullable=False),
    sa.Column('header', sa.Text(), nullable=False),
    sa.Column('field', sa.Text()),
    sa.Column('unit', sa.Text()),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )


def add_columns() -> None:
    for table in PERSONAL:
        op.add_column(table, sa.Column('sealed', sa.LargeBinary()))
    op.add_column('party_row', sa.Column('subject', sa.Text(), nullable=False, server_default=''))
    op.create_index('ix_party_row_subject', 'party_row', ['subject'])
    op.add_column('placing_decision', sa.Column('subject', sa.Text(), nullable=False, server_default=''))
    op.add_column('placing_decision', sa.Column('withdrawn', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index('ix_placing_decision_subject', 'placing_decision', ['subject'])
    op.add_column('learnt_alias', sa.Column('decision_id', sa.Integer()))


def keep_accounts(connection: sa.Connection, vault: Vault, imports: Rows, history: Rows) -> None:
    for row in imports:
        told = {'id': row['id'], 'digest': row['digest'], 'at': row['at'], 'by': row['by'], 'outcome': UNTOLD}
        told['sealed'] = vault.seal(renewed(row['report']).encode(), f"register_import/{row['id']}")
        insert(connection, 'register_import', told)
    for row in history:
        told = {'id': row['id'], 'case_id': row['case_id'], 'import_id': row['import_id']}
        told['sealed'] = vault.seal(row['before'].encode(), f"case_history/{row['case_id']}/{row['import_id']}")
        insert(connection, 'case_history', told)


def insert(connection: sa.Connection, table: str, row: dict[str, object]) -> None:
    names = ', '.join(f'"{name}"' for name in row)
    values = ', '.join(f':{name}' for name in row)
    connection.execute(sa.text(f'INSERT INTO {table} ({names}) VALUES ({values})'), row)


def seal_people(connection: sa.Connection, vault: Vault) -> None:
    told = ('name', 'residence', 'service', 'domicile', 'x', 'y')
    for table, personal in PERSONAL.items():
        for row in connection.execute(sa.text(f'SELECT * FROM {table}')).mappings().all():
            values: dict[str, object] = {'sealed': None}
            if any(row[name] is not None for name in personal):
                text = json.dumps([row[name] for name in personal], ensure_ascii=False).encode()
                values['sealed'] = vault.seal(text, '/'.join((table, *(str(row[name]) for name in KEYS[table]))))
            if table == 'party_row':
                values['subject'] = vault.digest('\n'.join('' if row[name] is None else str(row[name]) for name in told))
            change(connection, table, KEYS[table], row, values)


def renewed(report: str) -> str:
    """Reports now tell of each column its samples and unit."""
    told = json.loads(report)
    for column in told['columns']:
        column |= {'samples': [column.pop('sample')], 'unit': None, 'ruled': False}
    return json.dumps(told, ensure_ascii=False)


def tell_subjects(connection: sa.Connection) -> None:
    allow_change('placing_decision')
    connection.execute(sa.text(
        "UPDATE placing_decision SET subject = coalesce((SELECT subject FROM party_row WHERE "
        "party_row.case_id = placing_decision.case_id AND party_row.party_no = placing_decision.party_no), '')"
    ))
    refuse_change('placing_decision')


def change(connection: sa.Connection, table: str, key: tuple[str, ...], row: Any, values: dict[str, object]) -> None:
    sets = ', '.join(f'{name} = :new_{name}' for name in values)
    where = ' AND '.join(f'{name} = :{name}' for name in key)
    told = {name: row[name] for name in key} | {f'new_{name}': value for name, value in values.items()}
    connection.execute(sa.text(f'UPDATE {table} SET {sets} WHERE {where}'), told)


def allow_change(table: str) -> None:
    """For this revision only: rows that were there are sealed."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'DROP TRIGGER {table}_no_update')
    else:
        op.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')


def refuse_change(table: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')


def refuse_changes(table: str) -> None:
    """As in the first schema; the function of PostgreSQL is still there."""
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )


def downgrade() -> None:
    raise NotImplementedError('names are not written in the clear again; restore the backup made before the upgrade')
