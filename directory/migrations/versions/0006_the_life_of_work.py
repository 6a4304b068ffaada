"""the life of work: what was announced of it, dropped steps, what was paid, hidden replies"""

from datetime import timedelta, timezone

import sqlalchemy as sa
from alembic import op

import directory.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")
_THERE = sa.text("dropped_at IS NULL")
_DISTRICT = timezone(timedelta(hours=8))

_engagement = sa.table(
    "engagement",
    sa.column("id", sa.Integer),
    sa.column("amount", sa.Integer),
    sa.column("signed_off_at", directory.db.Moment(timezone=True)),
    sa.column("review_until", sa.Date),
)
_milestone = sa.table(
    "milestone",
    sa.column("id", sa.Integer),
    sa.column("engagement_id", sa.Integer),
    sa.column("position", sa.Integer),
    sa.column("share", sa.Integer),
    sa.column("state", sa.String),
    sa.column("paid", sa.Integer),
)
_parameters = sa.table("parameters", sa.column("version", sa.Integer), sa.column("values", sa.JSON))


def upgrade() -> None:
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sign_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("review_until", sa.Date(), nullable=True))

    _fill_last_days()
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_engagement_review_until"), "(signed_off_at IS NULL) = (review_until IS NULL)"
        )
        batch_op.drop_index(batch_op.f("ix_engagement_state_signed_off_at"))
        batch_op.create_index(batch_op.f("ix_engagement_state_review_until"), ["state", "review_until"], unique=False)

    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paid", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("dropped_at", directory.db.Moment(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_milestone_paid"), "paid IS NULL OR (paid >= 0 AND state = 'accepted')"
        )
        batch_op.create_check_constraint(batch_op.f("ck_milestone_dropped"), "dropped_at IS NULL OR state = 'pending'")
        batch_op.drop_constraint(batch_op.f("uq_milestone_engagement_id_position"), type_="unique")
        batch_op.create_index(
            "uq_milestone_position",
            ["engagement_id", "position"],
            unique=True,
            sqlite_where=_THERE,
            postgresql_where=_THERE,
        )

    _fill_payments()
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reply_hidden_at", directory.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reply_reason", sa.String(), nullable=False, server_default=""))
        batch_op.create_check_constraint(batch_op.f("ck_review_reply_hidden"), "reply_hidden_at IS NULL OR reply <> ''")
        batch_op.create_check_constraint(
            batch_op.f("ck_review_reply_reason"), "(reply_hidden_at IS NULL) = (reply_reason = '')"
        )
        batch_op.create_index(batch_op.f("ix_review_reply_hidden_at"), ["reply_hidden_at"], unique=False)

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.alter_column("reply_reason", server_default=None)

    with op.batch_alter_table("review_report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("of_reply", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index("uq_review_report_open", sqlite_where=_OPEN, postgresql_where=_OPEN)
        batch_op.create_index(
            "uq_review_report_open", ["review_id", "of_reply"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        )

    with op.batch_alter_table("review_report", schema=None) as batch_op:
        batch_op.alter_column("of_reply", server_default=None)


def _fill_last_days() -> None:
    """The last day to review what is signed off, by the numbers in force now: as it was told until now."""
    bind = op.get_bind()
    values = bind.scalar(sa.select(_parameters.c["values"]).order_by(_parameters.c.version.desc()).limit(1)) or {}
    days = timedelta(days=values.get("periods", {}).get("review_days", 60))
    signed = sa.select(_engagement.c.id, _engagement.c.signed_off_at).where(_engagement.c.signed_off_at.is_not(None))
    last = [
        {"of": row.id, "until": row.signed_off_at.astimezone(_DISTRICT).date() + days} for row in bind.execute(signed)
    ]
    if last:
        bind.execute(
            _engagement.update()
            .where(_engagement.c.id == sa.bindparam("of"))
            .values(review_until=sa.bindparam("until")),
            last,
        )


def _fill_payments() -> None:
    """What accepted steps were paid, as it was shown until now: whole yuan, what rounding left over with the last."""
    bind = op.get_bind()
    steps = sa.select(_milestone, _engagement.c.amount).join(
        _engagement, _engagement.c.id == _milestone.c.engagement_id
    )
    work: dict[int, list[sa.Row]] = {}
    for row in bind.execute(steps.order_by(_milestone.c.engagement_id, _milestone.c.position)):
        work.setdefault(row.engagement_id, []).append(row)
    paid = []
    for rows in work.values():
        amount = rows[0].amount
        parts = [amount * row.share // 100 for row in rows[:-1]]
        parts.append(amount - sum(parts))
        paid += [{"of": row.id, "yuan": part} for row, part in zip(rows, parts, strict=True) if row.state == "accepted"]
    if paid:
        bind.execute(
            _milestone.update().where(_milestone.c.id == sa.bindparam("of")).values(paid=sa.bindparam("yuan")), paid
        )


def downgrade() -> None:
    with op.batch_alter_table("review_report", schema=None) as batch_op:
        batch_op.drop_index("uq_review_report_open", sqlite_where=_OPEN, postgresql_where=_OPEN)

    op.execute(sa.text("DELETE FROM review_report WHERE of_reply"))
    with op.batch_alter_table("review_report", schema=None) as batch_op:
        batch_op.drop_column("of_reply")
        batch_op.create_index(
            "uq_review_report_open", ["review_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        )

    # A reply that was hidden must not come back with the older tables.
    op.execute(
        sa.text(
            "UPDATE review SET reply = '', replied_at = NULL, reply_reason = '', reply_hidden_at = NULL "
            "WHERE reply_hidden_at IS NOT NULL"
        )
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_reply_hidden_at"))
        batch_op.drop_constraint(batch_op.f("ck_review_reply_reason"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_review_reply_hidden"), type_="check")
        batch_op.drop_column("reply_reason")
        batch_op.drop_column("reply_hidden_at")

    # The older tables have no place for steps that were dropped.
    op.execute(sa.text("DELETE FROM milestone WHERE dropped_at IS NOT NULL"))
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index("uq_milestone_position", sqlite_where=_THERE, postgresql_where=_THERE)
        batch_op.drop_constraint(batch_op.f("ck_milestone_dropped"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_milestone_paid"), type_="check")
        batch_op.drop_column("dropped_at")
        batch_op.drop_column("paid")
        batch_op.create_unique_constraint(
            batch_op.f("uq_milestone_engagement_id_position"), ["engagement_id", "position"]
        )

    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_state_review_until"))
        batch_op.create_index(batch_op.f("ix_engagement_state_signed_off_at"), ["state", "signed_off_at"], unique=False)
        batch_op.drop_constraint(batch_op.f("ck_engagement_review_until"), type_="check")
        batch_op.drop_column("review_until")
        batch_op.drop_column("sign_on")
