"""from need to review"""

import sqlalchemy as sa
from alembic import op

import directory.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_run_created_at'), ['created_at'], unique=False)

    with op.batch_alter_table('match_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_line_organisation_id'))
        batch_op.create_index(batch_op.f('ix_match_line_organisation_id_run_id_rank'), ['organisation_id', 'run_id', 'rank'], unique=False)

    op.create_table('category_reputation',
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('weighted', sa.Double(), nullable=False),
    sa.CheckConstraint('reviews >= 0', name=op.f('ck_category_reputation_counts')),
    sa.CheckConstraint('weight >= 0 AND weighted >= 0', name=op.f('ck_category_reputation_weights')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_category_reputation_category_id')),
    sa.PrimaryKeyConstraint('category_id', name=op.f('pk_category_reputation'))
    )
    op.create_table('exposure',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('ranks', sa.Integer(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('top', sa.Integer(), nullable=False),
    sa.Column('excluded', sa.Integer(), nullable=False),
    sa.CheckConstraint('excluded >= 0', name=op.f('ck_exposure_excluded')),
    sa.CheckConstraint('first >= 0 AND first <= top AND top <= shown AND shown <= ranks', name=op.f('ck_exposure_counts')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_exposure_category_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_exposure_organisation_id')),
    sa.PrimaryKeyConstraint('month', 'organisation_id', 'category_id', name=op.f('pk_exposure'))
    )
    with op.batch_alter_table('exposure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exposure_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('reputation',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('total', directory.db.Hundredths(), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('weighted', sa.Double(), nullable=False),
    sa.Column('finished', sa.Integer(), nullable=False),
    sa.Column('served', sa.Integer(), nullable=False),
    sa.CheckConstraint('reviews >= 0 AND served >= 0 AND served <= finished', name=op.f('ck_reputation_counts')),
    sa.CheckConstraint('weight >= 0 AND weighted >= 0', name=op.f('ck_reputation_weights')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_reputation_category_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reputation_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', 'category_id', name=op.f('pk_reputation'))
    )
    with op.batch_alter_table('reputation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reputation_category_id'), ['category_id'], unique=False)

    op.create_table('call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('wanted', sa.JSON(), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('published_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("title <> ''", name=op.f('ck_call_title')),
    sa.CheckConstraint('opens_on <= closes_on', name=op.f('ck_call_dates')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_call_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call'))
    )
    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('resident', sa.String(), nullable=False),
    sa.Column('groups', sa.JSON(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('urgency', sa.Enum('now', 'soon', 'planned', name='urgency', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('budget_low', sa.Integer(), nullable=True),
    sa.Column('budget_high', sa.Integer(), nullable=True),
    sa.Column('wanted_from', sa.Date(), nullable=True),
    sa.Column('wanted_until', sa.Date(), nullable=True),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('route', sa.Enum('provider', 'property', 'department', 'self', name='route', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('repeats_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'open', 'shortlisted', 'awarded', 'in_service', 'completed', 'closed', 'withdrawn', 'unmet', name='needstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('deadline', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('joined', sa.Integer(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('opened_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("area_code <> ''", name=op.f('ck_need_area')),
    sa.CheckConstraint("state <> 'shortlisted' OR deadline IS NOT NULL", name=op.f('ck_need_deadline')),
    sa.CheckConstraint("state IN ('draft', 'withdrawn', 'closed') OR (opened_at IS NOT NULL AND category_id IS NOT NULL)", name=op.f('ck_need_opened')),
    sa.CheckConstraint("state NOT IN ('withdrawn', 'unmet') OR reason <> ''", name=op.f('ck_need_reason')),
    sa.CheckConstraint("text <> ''", name=op.f('ck_need_text')),
    sa.CheckConstraint('(budget_low IS NULL) = (budget_high IS NULL)', name=op.f('ck_need_budget_range')),
    sa.CheckConstraint('budget_low IS NULL OR (budget_low >= 0 AND budget_low <= budget_high)', name=op.f('ck_need_budget')),
    sa.CheckConstraint('joined >= 0 AND round >= 0', name=op.f('ck_need_counts')),
    sa.CheckConstraint('people IS NULL OR people > 0', name=op.f('ck_need_people')),
    sa.CheckConstraint('wanted_from IS NULL OR wanted_until IS NULL OR wanted_from <= wanted_until', name=op.f('ck_need_wanted')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_need_account_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_need_category_id')),
    sa.ForeignKeyConstraint(['repeats_id'], ['need.id'], name=op.f('fk_need_repeats_id')),
    sa.ForeignKeyConstraint(['run_id'], ['match_run.id'], name=op.f('fk_need_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_area_code_state'), ['area_code', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_category_id_state'), ['category_id', 'state'], unique=False)
        batch_op.create_index('ix_need_board', ['state', 'public', 'opened_at', 'joined', 'area_code', 'category_id'], unique=False)
        batch_op.create_index('ix_need_deadline', ['deadline'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_state_opened_at'), ['state', 'opened_at'], unique=False)

    op.create_table('inquiry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('asked_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('answered_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f('ck_inquiry_answered')),
    sa.CheckConstraint("text <> ''", name=op.f('ck_inquiry_text')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_inquiry_need_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_inquiry_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiry'))
    )
    with op.batch_alter_table('inquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inquiry_need_id'), ['need_id'], unique=False)

    op.create_table('joining',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('joined_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('left_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint('people IS NULL OR people > 0', name=op.f('ck_joining_people')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_joining_account_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_joining_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_joining'))
    )
    with op.batch_alter_table('joining', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_joining_area_code'), ['area_code'], unique=False)
        batch_op.create_index('uq_joining_there', ['need_id', 'area_code'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=True),
    sa.Column('outside', sa.String(), nullable=False),
    sa.Column('direct', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('sent', 'proposed', 'declined', 'lapsed', 'awarded', 'not_chosen', 'recalled', name='invitationstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("(line_id IS NULL) = (outside <> '')", name=op.f('ck_invitation_outside')),
    sa.CheckConstraint("state NOT IN ('declined', 'not_chosen', 'awarded') OR reason <> ''", name=op.f('ck_invitation_reason')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_invitation_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['match_line.id'], name=op.f('fk_invitation_line_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_invitation_need_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_invitation_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('need_id', 'round', 'organisation_id', name=op.f('uq_invitation_need_id_round_organisation_id'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_organisation_id_state'), ['organisation_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_created_at_organisation_id_state'), ['created_at', 'organisation_id', 'state'], unique=False)

    op.create_table('shortlisted',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=True),
    sa.Column('added_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('dropped_at', directory.db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_shortlisted_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['match_line.id'], name=op.f('fk_shortlisted_line_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_shortlisted_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shortlisted'))
    )
    with op.batch_alter_table('shortlisted', schema=None) as batch_op:
        batch_op.create_index('uq_shortlisted_kept', ['need_id', 'entry_id'], unique=True, sqlite_where=sa.text('dropped_at IS NULL'), postgresql_where=sa.text('dropped_at IS NULL'))

    op.create_table('engagement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('funding', sa.Enum('street_budget', 'self_government', 'donation', 'free', name='funding', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('acceptance', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('agreed', 'running', 'delivered', 'signed_off', 'terminated', name='engagementstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('signed_off_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(funding = 'free') = (amount = 0)", name=op.f('ck_engagement_free')),
    sa.CheckConstraint("(state = 'signed_off') = (signed_off_at IS NOT NULL)", name=op.f('ck_engagement_signed_off')),
    sa.CheckConstraint("area_code <> ''", name=op.f('ck_engagement_area')),
    sa.CheckConstraint("state <> 'terminated' OR reason <> ''", name=op.f('ck_engagement_reason')),
    sa.CheckConstraint("title <> ''", name=op.f('ck_engagement_title')),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_engagement_amount')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_engagement_dates')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_engagement_account_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_engagement_category_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_engagement_entry_id')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_engagement_invitation_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_engagement_need_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_engagement_organisation_id')),
    sa.ForeignKeyConstraint(['version_id'], ['service_version.id'], name=op.f('fk_engagement_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_engagement')),
    sa.UniqueConstraint('invitation_id', name=op.f('uq_engagement_invitation_id'))
    )
    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_engagement_area_code_state'), ['area_code', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_organisation_id_category_id_state'), ['organisation_id', 'category_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_organisation_id_state'), ['organisation_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_state_signed_off_at'), ['state', 'signed_off_at'], unique=False)
        batch_op.create_index('uq_engagement_standing', ['need_id'], unique=True, sqlite_where=sa.text("state <> 'terminated' AND need_id IS NOT NULL"), postgresql_where=sa.text("state <> 'terminated' AND need_id IS NOT NULL"))

    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('plan', sa.String(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('schedule', sa.String(), nullable=False),
    sa.Column('staff', sa.String(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sent_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('changed_at', directory.db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("plan <> ''", name=op.f('ck_proposal_plan')),
    sa.CheckConstraint('price >= 0', name=op.f('ck_proposal_price')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_proposal_dates')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_proposal_account_id')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_proposal_invitation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('invitation_id', name=op.f('uq_proposal_invitation_id'))
    )
    op.create_table('milestone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('pending', 'delivered', 'accepted', name='milestonestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('checked', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_milestone_name')),
    sa.CheckConstraint('position >= 1', name=op.f('ck_milestone_position')),
    sa.CheckConstraint('share >= 0 AND share <= 100', name=op.f('ck_milestone_share')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_milestone_engagement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone')),
    sa.UniqueConstraint('engagement_id', 'position', name=op.f('uq_milestone_engagement_id_position'))
    )
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_milestone_engagement_id_state_due_on'), ['engagement_id', 'state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_milestone_state_due_on'), ['state', 'due_on'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Enum('neighbourhood', 'provider', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('professional', sa.Integer(), nullable=False),
    sa.Column('timely', sa.Integer(), nullable=False),
    sa.Column('effective', sa.Integer(), nullable=False),
    sa.Column('communication', sa.Integer(), nullable=False),
    sa.Column('orderly', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('sealed', 'published', 'hidden', name='reviewstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('published_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('reply', sa.String(), nullable=False),
    sa.Column('replied_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(reply = '') = (replied_at IS NULL)", name=op.f('ck_review_replied')),
    sa.CheckConstraint("(state = 'sealed') = (published_at IS NULL)", name=op.f('ck_review_published')),
    sa.CheckConstraint("nth IS NULL OR (nth >= 1 AND state = 'published')", name=op.f('ck_review_nth')),
    sa.CheckConstraint("state <> 'hidden' OR reason <> ''", name=op.f('ck_review_reason')),
    sa.CheckConstraint('communication >= 1 AND communication <= 5', name=op.f('ck_review_communication')),
    sa.CheckConstraint('effective >= 1 AND effective <= 5', name=op.f('ck_review_effective')),
    sa.CheckConstraint('orderly >= 1 AND orderly <= 5', name=op.f('ck_review_orderly')),
    sa.CheckConstraint('professional >= 1 AND professional <= 5', name=op.f('ck_review_professional')),
    sa.CheckConstraint('timely >= 1 AND timely <= 5', name=op.f('ck_review_timely')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_review_account_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_review_category_id')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_review_engagement_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_review_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('engagement_id', 'side', name=op.f('uq_review_engagement_id_side'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_organisation_id_category_id_area_code'), ['organisation_id', 'category_id', 'area_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_organisation_id_state_published_at'), ['organisation_id', 'state', 'published_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_state_since'), ['state', 'since'], unique=False)

    op.create_table('service_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('struck_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('struck_reason', sa.String(), nullable=False),
    sa.CheckConstraint("(struck_at IS NULL) = (struck_reason = '')", name=op.f('ck_service_record_struck')),
    sa.CheckConstraint('cases >= 0 AND people >= 0', name=op.f('ck_service_record_numbers')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_service_record_account_id')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_service_record_engagement_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_service_record_evidence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_record'))
    )
    with op.batch_alter_table('service_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_record_engagement_id_on'), ['engagement_id', 'on'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_evidence_id'), ['evidence_id'], unique=False)

    op.create_table('terms_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Enum('neighbourhood', 'provider', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('terms', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'refused', 'withdrawn', name='termsstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('answered_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f('ck_terms_change_answered')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_terms_change_reason')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_terms_change_account_id')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_terms_change_engagement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_change'))
    )
    with op.batch_alter_table('terms_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_change_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index('uq_terms_change_open', ['engagement_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('review_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('open', 'kept', 'hidden', name='reportstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('decided_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f('ck_review_report_decided')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_review_report_reason')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_review_report_account_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_review_report_decided_by_id')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_review_report_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_report'))
    )
    with op.batch_alter_table('review_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_report_review_id'), ['review_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_report_state'), ['state'], unique=False)
        batch_op.create_index('uq_review_report_open', ['review_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))



def downgrade() -> None:
    with op.batch_alter_table('review_report', schema=None) as batch_op:
        batch_op.drop_index('uq_review_report_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_review_report_state'))
        batch_op.drop_index(batch_op.f('ix_review_report_review_id'))

    op.drop_table('review_report')
    with op.batch_alter_table('terms_change', schema=None) as batch_op:
        batch_op.drop_index('uq_terms_change_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_terms_change_engagement_id'))

    op.drop_table('terms_change')
    with op.batch_alter_table('service_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_record_evidence_id'))
        batch_op.drop_index(batch_op.f('ix_service_record_engagement_id_on'))

    op.drop_table('service_record')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_state_since'))
        batch_op.drop_index(batch_op.f('ix_review_organisation_id_state_published_at'))
        batch_op.drop_index(batch_op.f('ix_review_organisation_id_category_id_area_code'))

    op.drop_table('review')
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_milestone_state_due_on'))
        batch_op.drop_index(batch_op.f('ix_milestone_engagement_id_state_due_on'))

    op.drop_table('milestone')
    op.drop_table('proposal')
    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.drop_index('uq_engagement_standing', sqlite_where=sa.text("state <> 'terminated' AND need_id IS NOT NULL"), postgresql_where=sa.text("state <> 'terminated' AND need_id IS NOT NULL"))
        batch_op.drop_index(batch_op.f('ix_engagement_state_signed_off_at'))
        batch_op.drop_index(batch_op.f('ix_engagement_organisation_id_state'))
        batch_op.drop_index(batch_op.f('ix_engagement_organisation_id_category_id_state'))
        batch_op.drop_index(batch_op.f('ix_engagement_need_id'))
        batch_op.drop_index(batch_op.f('ix_engagement_entry_id'))
        batch_op.drop_index(batch_op.f('ix_engagement_category_id'))
        batch_op.drop_index(batch_op.f('ix_engagement_area_code_state'))

    op.drop_table('engagement')
    with op.batch_alter_table('shortlisted', schema=None) as batch_op:
        batch_op.drop_index('uq_shortlisted_kept', sqlite_where=sa.text('dropped_at IS NULL'), postgresql_where=sa.text('dropped_at IS NULL'))

    op.drop_table('shortlisted')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_created_at_organisation_id_state'))
        batch_op.drop_index(batch_op.f('ix_invitation_organisation_id_state'))

    op.drop_table('invitation')
    with op.batch_alter_table('joining', schema=None) as batch_op:
        batch_op.drop_index('uq_joining_there', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_joining_area_code'))

    op.drop_table('joining')
    with op.batch_alter_table('inquiry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inquiry_need_id'))

    op.drop_table('inquiry')
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_state_opened_at'))
        batch_op.drop_index(batch_op.f('ix_need_run_id'))
        batch_op.drop_index('ix_need_deadline')
        batch_op.drop_index('ix_need_board')
        batch_op.drop_index(batch_op.f('ix_need_category_id_state'))
        batch_op.drop_index(batch_op.f('ix_need_area_code_state'))

    op.drop_table('need')
    op.drop_table('call')
    with op.batch_alter_table('reputation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reputation_category_id'))

    op.drop_table('reputation')
    with op.batch_alter_table('exposure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exposure_organisation_id'))

    op.drop_table('exposure')
    op.drop_table('category_reputation')
    with op.batch_alter_table('match_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_line_organisation_id_run_id_rank'))
        batch_op.create_index(batch_op.f('ix_match_line_organisation_id'), ['organisation_id'], unique=False)

    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_run_created_at'))
