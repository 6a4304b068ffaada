"""the dynamic catalogue"""

import sqlalchemy as sa
from alembic import op

import directory.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('daily_run',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('done', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_daily_run'))
    )
    op.create_table('sent_form',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('at', directory.db.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_sent_form'))
    )
    with op.batch_alter_table('sent_form', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sent_form_at'), ['at'], unique=False)

    op.create_table('special_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_special_day_name')),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_special_day'))
    )
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('password', sa.String(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('role', sa.Enum('public', 'neighbourhood', 'owner', 'editor', 'assessor', 'lead', 'street', 'district', 'auditor', 'operator', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('mails', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('fs_uniquifier', sa.String(), nullable=False),
    sa.Column('tf_primary_method', sa.String(), nullable=True),
    sa.Column('tf_totp_secret', sa.String(), nullable=True),
    sa.Column('tf_last_counter', sa.Integer(), nullable=True),
    sa.CheckConstraint("(role IN ('editor', 'owner')) = (organisation_id IS NOT NULL)", name=op.f('ck_account_organisation')),
    sa.CheckConstraint("role NOT IN ('neighbourhood', 'street') OR area_code <> ''", name=op.f('ck_account_area')),
    sa.CheckConstraint('failures >= 0', name=op.f('ck_account_failures')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_account_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_account_fs_uniquifier'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('rubric',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('non_enterprise', 'association', 'foundation', 'other', name='organisationkind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('scale', sa.Integer(), nullable=False),
    sa.Column('gap', directory.db.Hundredths(), nullable=False),
    sa.Column('thresholds', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'frozen', 'retired', name='rubricstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint('gap > 0', name=op.f('ck_rubric_gap')),
    sa.CheckConstraint('scale IN (100, 1000)', name=op.f('ck_rubric_scale')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_rubric_version')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_rubric_category_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rubric')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_rubric_code_version'))
    )
    with op.batch_alter_table('rubric', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rubric_state'), ['state'], unique=False)

    op.create_table('claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('decided_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(outcome = '') = (decided_at IS NULL)", name=op.f('ck_claim_decided')),
    sa.CheckConstraint("outcome IN ('', 'confirmed', 'refused')", name=op.f('ck_claim_outcome')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_claim_decided_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_claim_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_outcome'), ['outcome'], unique=False)

    op.create_table('criterion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rubric_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('points', directory.db.Hundredths(), nullable=False),
    sa.Column('anchors', sa.JSON(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_criterion_name')),
    sa.CheckConstraint('points > 0', name=op.f('ck_criterion_points')),
    sa.ForeignKeyConstraint(['parent_id'], ['criterion.id'], name=op.f('fk_criterion_parent_id')),
    sa.ForeignKeyConstraint(['rubric_id'], ['rubric.id'], name=op.f('fk_criterion_rubric_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_criterion')),
    sa.UniqueConstraint('rubric_id', 'code', name=op.f('uq_criterion_rubric_id_code'))
    )
    with op.batch_alter_table('criterion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_criterion_rubric_id'), ['rubric_id'], unique=False)

    op.create_table('edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('sealed', 'superseded', name='editionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('sealed_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('sealed_by_id', sa.Integer(), nullable=True),
    sa.Column('parameters_version', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.CheckConstraint('length(digest) = 64 AND length(previous) = 64', name=op.f('ck_edition_digest')),
    sa.CheckConstraint('ordinal >= 1', name=op.f('ck_edition_ordinal')),
    sa.ForeignKeyConstraint(['sealed_by_id'], ['account.id'], name=op.f('fk_edition_sealed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition')),
    sa.UniqueConstraint('digest', name=op.f('uq_edition_digest')),
    sa.UniqueConstraint('previous', name=op.f('uq_edition_previous')),
    sa.UniqueConstraint('year', 'ordinal', name=op.f('uq_edition_year_ordinal'))
    )
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.create_index('uq_edition_in_force', ['state'], unique=True, sqlite_where=sa.text("state = 'sealed'"), postgresql_where=sa.text("state = 'sealed'"))

    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('role', sa.Enum('public', 'neighbourhood', 'owner', 'editor', 'assessor', 'lead', 'street', 'district', 'auditor', 'operator', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('expires_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('used_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_enrolment_digest')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['account.id'], name=op.f('fk_enrolment_invited_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_enrolment_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('digest', name=op.f('uq_enrolment_digest'))
    )
    op.create_table('evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', directory.db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('pdf', 'jpeg', 'png')", name=op.f('ck_evidence_kind')),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_evidence_digest')),
    sa.CheckConstraint('size > 0', name=op.f('ck_evidence_size')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evidence_organisation_id')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['account.id'], name=op.f('fk_evidence_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('once', sa.String(), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('read_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('mailed_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("kind <> ''", name=op.f('ck_notice_kind')),
    sa.CheckConstraint("link LIKE '/%'", name=op.f('ck_notice_link')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notice_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_account_id_once'), ['account_id', 'once'], unique=True)
        batch_op.create_index(batch_op.f('ix_notice_mailed_at'), ['mailed_at'], unique=False)

    op.create_table('application',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'screened', 'assessing', 'decided', 'publicity', 'listed', 'rejected', 'withdrawn', name='applicationstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('statement', sa.String(), nullable=False),
    sa.Column('submitted_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('admitted', sa.Boolean(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('publicity_from', sa.Date(), nullable=True),
    sa.Column('publicity_until', sa.Date(), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state <> 'publicity' OR publicity_until IS NOT NULL", name=op.f('ck_application_publicity')),
    sa.CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL OR state = 'withdrawn'", name=op.f('ck_application_submitted')),
    sa.CheckConstraint("state NOT IN ('decided', 'publicity', 'listed') OR admitted", name=op.f('ck_application_admitted')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_application_created_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_application_decided_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_application_organisation_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_application_service_id')),
    sa.ForeignKeyConstraint(['version_id'], ['service_version.id'], name=op.f('fk_application_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application'))
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_service_id'), ['service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_state_since'), ['state', 'since'], unique=False)
        batch_op.create_index('uq_application_open', ['service_id'], unique=True, sqlite_where=sa.text("state NOT IN ('listed', 'rejected', 'withdrawn')"), postgresql_where=sa.text("state NOT IN ('listed', 'rejected', 'withdrawn')"))

    op.create_table('claimed_fact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('registration', 'grade', 'annual_check', 'abnormal_list', 'dishonest_list', 'penalty', 'staff', 'evaluator', 'honour', name='factkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('waiting', 'confirmed', 'refused', 'withdrawn', name='claimedstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('supersedes_id', sa.Integer(), nullable=True),
    sa.Column('fact_id', sa.Integer(), nullable=True),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'confirmed') = (fact_id IS NOT NULL)", name=op.f('ck_claimed_fact_fact')),
    sa.CheckConstraint("(state IN ('confirmed', 'refused')) = (decided_at IS NOT NULL)", name=op.f('ck_claimed_fact_decided')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_claimed_fact_span')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_claimed_fact_created_by_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_claimed_fact_evidence_id')),
    sa.ForeignKeyConstraint(['fact_id'], ['fact.id'], name=op.f('fk_claimed_fact_fact_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_claimed_fact_organisation_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['fact.id'], name=op.f('fk_claimed_fact_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claimed_fact'))
    )
    with op.batch_alter_table('claimed_fact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claimed_fact_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claimed_fact_state'), ['state'], unique=False)

    op.create_table('appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("outcome IN ('', 'confirmed', 'changed')", name=op.f('ck_appeal_outcome')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_appeal_reason')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_appeal_application_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_appeal_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('application_id', name=op.f('uq_appeal_application_id'))
    )
    op.create_table('entry_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('listed', 'suspended', 'exited', name='entrystate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('assessed', directory.db.Hundredths(), nullable=True),
    sa.Column('at', directory.db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("step <> ''", name=op.f('ck_entry_step_step')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_step_entry_id')),
    sa.ForeignKeyConstraint(['version_id'], ['service_version.id'], name=op.f('fk_entry_step_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_step'))
    )
    with op.batch_alter_table('entry_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_step_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_step_entry_id_at'), ['entry_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_step_state_at'), ['state', 'at'], unique=False)

    op.create_table('objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('open', 'upheld', 'dismissed', name='objectionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('answered_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f('ck_objection_answered')),
    sa.CheckConstraint("text <> ''", name=op.f('ck_objection_text')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_objection_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('receipt', name=op.f('uq_objection_receipt'))
    )
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objection_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_objection_state'), ['state'], unique=False)

    op.create_table('sealed_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('organisation', sa.String(), nullable=False),
    sa.Column('service', sa.String(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_sealed_entry_digest')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_sealed_entry_edition_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_sealed_entry_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_entry')),
    sa.UniqueConstraint('edition_id', 'entry_id', name=op.f('uq_sealed_entry_edition_id_entry_id')),
    sa.UniqueConstraint('edition_id', 'position', name=op.f('uq_sealed_entry_edition_id_position'))
    )
    with op.batch_alter_table('sealed_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sealed_entry_edition_id_field_position'), ['edition_id', 'field', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_sealed_entry_entry_id'), ['entry_id'], unique=False)

    op.create_table('assessment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('rubric_id', sa.Integer(), nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('scoring', 'third', 'closed', name='assessmentstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('total', directory.db.Hundredths(), nullable=True),
    sa.Column('grade', sa.String(), nullable=False),
    sa.Column('created_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('closed_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_assessment_closed')),
    sa.CheckConstraint("(state = 'closed') = (total IS NOT NULL)", name=op.f('ck_assessment_total')),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id'], name=op.f('fk_assessment_appeal_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_assessment_application_id')),
    sa.ForeignKeyConstraint(['rubric_id'], ['rubric.id'], name=op.f('fk_assessment_rubric_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment')),
    sa.UniqueConstraint('appeal_id', name=op.f('uq_assessment_appeal_id'))
    )
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assessment_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assessment_rubric_id'), ['rubric_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assessment_state'), ['state'], unique=False)

    op.create_table('score_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('assessor_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('assigned', 'open', 'submitted', 'recused', name='sheetstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('third', sa.Boolean(), nullable=False),
    sa.Column('conflict', sa.String(), nullable=False),
    sa.Column('conflict_note', sa.String(), nullable=False),
    sa.Column('total', directory.db.Hundredths(), nullable=True),
    sa.Column('assigned_at', directory.db.Moment(timezone=True), nullable=False),
    sa.Column('declared_at', directory.db.Moment(timezone=True), nullable=True),
    sa.Column('submitted_at', directory.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'assigned') = (declared_at IS NULL)", name=op.f('ck_score_sheet_declared')),
    sa.CheckConstraint("(state = 'recused') = (conflict <> '')", name=op.f('ck_score_sheet_conflict')),
    sa.CheckConstraint("(state = 'submitted') = (total IS NOT NULL)", name=op.f('ck_score_sheet_total')),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_score_sheet_assessment_id')),
    sa.ForeignKeyConstraint(['assessor_id'], ['account.id'], name=op.f('fk_score_sheet_assessor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_sheet')),
    sa.UniqueConstraint('assessment_id', 'assessor_id', name=op.f('uq_score_sheet_assessment_id_assessor_id'))
    )
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_sheet_assessor_id_state'), ['assessor_id', 'state'], unique=False)

    op.create_table('mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('criterion_id', sa.Integer(), nullable=False),
    sa.Column('points', directory.db.Hundredths(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.Column('saved_at', directory.db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint('points IS NULL OR points >= 0', name=op.f('ck_mark_points')),
    sa.ForeignKeyConstraint(['criterion_id'], ['criterion.id'], name=op.f('fk_mark_criterion_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['score_sheet.id'], name=op.f('fk_mark_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark')),
    sa.UniqueConstraint('sheet_id', 'criterion_id', name=op.f('uq_mark_sheet_id_criterion_id'))
    )
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edited', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('retired_at', directory.db.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_category_merged_into_id'), 'category', ['merged_into_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_category_merged'), 'merged_into_id IS NULL OR retired_at IS NOT NULL')

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cure_until', sa.Date(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_entry_cure'), "cure_until IS NULL OR state = 'suspended'")

    with op.batch_alter_table('service_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.Enum('draft', 'waiting', 'approved', 'returned', name='versionstate', native_enum=False, create_constraint=True, length=32), server_default='approved', nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('changed_at', directory.db.Moment(timezone=True), nullable=True))
        batch_op.alter_column('approved_at',
               existing_type=sa.DATETIME(),
               nullable=True)
        batch_op.create_check_constraint(batch_op.f('ck_service_version_approved'), "(state = 'approved') = (approved_at IS NOT NULL)")
        batch_op.create_index(batch_op.f('ix_service_version_state'), ['state'], unique=False)
        batch_op.create_index('uq_service_version_open', ['service_id'], unique=True, sqlite_where=sa.text("state <> 'approved'"), postgresql_where=sa.text("state <> 'approved'"))

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_event_actor'), ['actor'], unique=False)

    # How the entries stood before their steps were kept.
    op.execute(
        "INSERT INTO entry_step (entry_id, step, state, reason, version_id, assessed, at)"
        " SELECT id, 'list', state, reason, version_id, assessed, since FROM entry"
    )


def downgrade() -> None:
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_event_actor'))

    # A version that was never approved has no place in the tables before.
    op.execute("DELETE FROM application")
    op.execute("DELETE FROM service_version WHERE state <> 'approved'")
    with op.batch_alter_table('service_version', schema=None) as batch_op:
        batch_op.drop_index('uq_service_version_open', sqlite_where=sa.text("state <> 'approved'"), postgresql_where=sa.text("state <> 'approved'"))
        batch_op.drop_index(batch_op.f('ix_service_version_state'))
        batch_op.drop_constraint(batch_op.f('ck_service_version_approved'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_service_version_versionstate'), type_='check')
        batch_op.alter_column('approved_at',
               existing_type=sa.DATETIME(),
               nullable=False)
        batch_op.drop_column('changed_at')
        batch_op.drop_column('reason')
        batch_op.drop_column('state')

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_entry_cure'), type_='check')
        batch_op.drop_column('cure_until')

    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_category_merged'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_category_merged_into_id'), type_='foreignkey')
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('retired_at')
        batch_op.drop_column('edited')

    op.drop_table('mark')
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_sheet_assessor_id_state'))

    op.drop_table('score_sheet')
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assessment_state'))
        batch_op.drop_index(batch_op.f('ix_assessment_rubric_id'))
        batch_op.drop_index(batch_op.f('ix_assessment_application_id'))

    op.drop_table('assessment')
    with op.batch_alter_table('sealed_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sealed_entry_entry_id'))
        batch_op.drop_index(batch_op.f('ix_sealed_entry_edition_id_field_position'))

    op.drop_table('sealed_entry')
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_objection_state'))
        batch_op.drop_index(batch_op.f('ix_objection_application_id'))

    op.drop_table('objection')
    with op.batch_alter_table('entry_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_step_state_at'))
        batch_op.drop_index(batch_op.f('ix_entry_step_entry_id_at'))
        batch_op.drop_index(batch_op.f('ix_entry_step_at'))

    op.drop_table('entry_step')
    op.drop_table('appeal')
    with op.batch_alter_table('claimed_fact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claimed_fact_state'))
        batch_op.drop_index(batch_op.f('ix_claimed_fact_organisation_id'))

    op.drop_table('claimed_fact')
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index('uq_application_open', sqlite_where=sa.text("state NOT IN ('listed', 'rejected', 'withdrawn')"), postgresql_where=sa.text("state NOT IN ('listed', 'rejected', 'withdrawn')"))
        batch_op.drop_index(batch_op.f('ix_application_state_since'))
        batch_op.drop_index(batch_op.f('ix_application_service_id'))
        batch_op.drop_index(batch_op.f('ix_application_organisation_id'))

    op.drop_table('application')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_mailed_at'))
        batch_op.drop_index(batch_op.f('ix_notice_account_id_once'))

    op.drop_table('notice')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_organisation_id'))

    op.drop_table('evidence')
    op.drop_table('enrolment')
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_index('uq_edition_in_force', sqlite_where=sa.text("state = 'sealed'"), postgresql_where=sa.text("state = 'sealed'"))

    op.drop_table('edition')
    with op.batch_alter_table('criterion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_criterion_rubric_id'))

    op.drop_table('criterion')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_outcome'))
        batch_op.drop_index(batch_op.f('ix_claim_organisation_id'))

    op.drop_table('claim')
    with op.batch_alter_table('rubric', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rubric_state'))

    op.drop_table('rubric')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_organisation_id'))

    op.drop_table('account')
    op.drop_table('special_day')
    with op.batch_alter_table('sent_form', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sent_form_at'))

    op.drop_table('sent_form')
    op.drop_table('daily_run')
