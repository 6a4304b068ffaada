"""what is asked is a question; a need is what becomes of it"""

import sqlalchemy as sa
from alembic import op

import directory.db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _move('need', 'question')


def downgrade() -> None:
    _move('question', 'need')


def _move(old: str, new: str) -> None:
    """The rows to a table of another name, and the runs to it."""
    op.create_table(new,
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=True),
    sa.Column('groups', sa.JSON(), nullable=False),
    sa.Column('budget', sa.Integer(), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('part_of_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("text <> ''", name=op.f(f'ck_{new}_text')),
    sa.CheckConstraint('budget IS NULL OR budget >= 0', name=op.f(f'ck_{new}_budget')),
    sa.ForeignKeyConstraint(['part_of_id'], [f'{new}.id'], name=op.f(f'fk_{new}_part_of_id')),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{new}'))
    )
    with op.batch_alter_table(new, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f'ix_{new}_part_of_id'), ['part_of_id'], unique=False)
    columns = 'id, text, area_code, groups, budget, created_at, part_of_id'
    op.execute(f'INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} ORDER BY id')  # noqa: S608 - our own names
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f"SELECT setval(pg_get_serial_sequence('{new}', 'id'), max(id)) FROM {new}")  # noqa: S608 - as above
    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(f'ix_match_run_{old}_id'))
        batch_op.drop_constraint(batch_op.f(f'fk_match_run_{old}_id'), type_='foreignkey')
        batch_op.alter_column(f'{old}_id', new_column_name=f'{new}_id')
    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f'ix_match_run_{new}_id'), [f'{new}_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f(f'fk_match_run_{new}_id'), new, [f'{new}_id'], ['id'])
    with op.batch_alter_table(old, schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(f'ix_{old}_part_of_id'))
    op.drop_table(old)
