"""calls for applications are changed and withdrawn"""

import sqlalchemy as sa
from alembic import op

import directory.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_at', directory.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', directory.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(), server_default='', nullable=False))
    # Calls of before were never withdrawn; from here on our own code says it each time.
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.alter_column('reason', existing_type=sa.String(), existing_nullable=False, server_default=None)
        batch_op.create_check_constraint(op.f('ck_call_reason'), "(withdrawn_at IS NULL) = (reason = '')")


def downgrade() -> None:
    with op.batch_alter_table('call', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_call_reason'), type_='check')
        batch_op.drop_column('reason')
        batch_op.drop_column('withdrawn_at')
        batch_op.drop_column('changed_at')
