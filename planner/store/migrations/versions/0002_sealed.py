"""the audit log is a chain of hashes; plans carry a digest and what a list of plans shows"""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

AUDIT = sa.table(
    'audit', *(sa.column(name) for name in ('id', 'by', 'action', 'subject', 'detail', 'hash')), sa.column('at', sa.DateTime())
)
PLAN = sa.table(
    'plan',
    *(sa.column(name) for name in ('id', 'spread', 'stops', 'prize', 'bound', 'document', 'digest')),
    sa.column('visits', sa.LargeBinary()),
)


def upgrade() -> None:
    op.add_column('audit', sa.Column('hash', sa.Text(), nullable=False, server_default=''))
    for name, kind, first in (
        ('spread', sa.Text(), ''),
        ('stops', sa.Integer(), '0'),
        ('prize', sa.BigInteger(), '0'),
        ('bound', sa.BigInteger(), '0'),
        ('digest', sa.Text(), ''),
    ):
        op.add_column('plan', sa.Column(name, kind, nullable=False, server_default=first))
    for table, fill in (('audit', seal_audit), ('plan', describe_plans)):
        allow_update(table)
        fill()
        refuse_update(table)


def seal_audit() -> None:
    connection, before = op.get_bind(), ''
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).all():
        facts = [before, row.at.replace(tzinfo=UTC).isoformat(), row.by, row.action, row.subject, row.detail]
        before = hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
        connection.execute(sa.update(AUDIT).where(AUDIT.c.id == row.id).values(hash=before))


def describe_plans() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(PLAN)).all():
        plan = json.loads(row.document)
        values = {name: plan[name] for name in ('spread', 'prize', 'bound')}
        values['stops'] = sum(len(route['stops']) for route in plan['routes'])
        values['digest'] = hashlib.sha256(row.document.encode() + row.visits).hexdigest()
        connection.execute(sa.update(PLAN).where(PLAN.c.id == row.id).values(**values))


def allow_update(table: str) -> None:
    """For this revision only: the new columns of old rows are filled in."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'DROP TRIGGER {table}_no_update')
    else:
        op.execute(f'ALTER TABLE {table} DISABLE TRIGGER {table}_append_only')


def refuse_update(table: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(f'ALTER TABLE {table} ENABLE TRIGGER {table}_append_only')


def downgrade() -> None:
    op.drop_column('audit', 'hash')
    for name in ('spread', 'stops', 'prize', 'bound', 'digest'):
        op.drop_column('plan', name)
