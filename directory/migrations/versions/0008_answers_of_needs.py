"""answers of needs

Of the needs that are there, only the answer they work from now is known.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('need_run',
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('dropped', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_run_need_id')),
    sa.ForeignKeyConstraint(['run_id'], ['match_run.id'], name=op.f('fk_need_run_run_id')),
    sa.PrimaryKeyConstraint('need_id', 'run_id', name=op.f('pk_need_run'))
    )
    with op.batch_alter_table('need_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_run_run_id_dropped'), ['run_id', 'dropped'], unique=False)

    op.execute(
        'INSERT INTO need_run (need_id, run_id, dropped) SELECT id, run_id, false FROM need WHERE run_id IS NOT NULL'
    )


def downgrade() -> None:
    with op.batch_alter_table('need_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_run_run_id_dropped'))

    op.drop_table('need_run')
