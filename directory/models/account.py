"""Who signs in, how they came to an account, and what they are told."""

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.organisation import Organisation
from directory.rules.roles import OF_AN_AREA, OF_AN_ORGANISATION, Role

_ORGANISATION = ", ".join(f"'{role}'" for role in sorted(OF_AN_ORGANISATION))
_AREA = ", ".join(f"'{role}'" for role in sorted(OF_AN_AREA))


class Account(Base, UserMixin):
    """A person with one role. Owners and editors belong to an organisation, street officers to an area.

    `failures` counts wrong passwords since the last right one; the columns with `tf_` and `fs_` are Flask-Security's.
    `tf_last_counter` is the time step of the last code taken, so that no code is taken twice.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(f"(role IN ({_ORGANISATION})) = (organisation_id IS NOT NULL)", name="organisation"),
        CheckConstraint(f"role NOT IN ({_AREA}) OR area_code <> ''", name="area"),
        CheckConstraint("failures >= 0", name="failures"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    role: Mapped[Role]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    area_code: Mapped[str] = mapped_column(default="")
    mails: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    tf_last_counter: Mapped[int | None]
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # declared as an attribute that can be set
        """Flask-Security asks; what somebody may do is said in policy.py alone."""
        return []


class Enrolment(Base):
    """Somebody may open an account with this role, once, by the address mailed to them; `digest` is its token's."""

    __tablename__ = "enrolment"
    __table_args__ = (CheckConstraint("length(digest) = 64", name="digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    role: Mapped[Role]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    area_code: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    organisation: Mapped[Organisation | None] = relationship()


class Claim(Base):
    """Somebody says an organisation's record is theirs to keep; government confirms or refuses.

    `outcome` is empty while nobody has decided. What the person wrote of themselves is for government only.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("outcome IN ('', 'confirmed', 'refused')", name="outcome"),
        CheckConstraint("(outcome = '') = (decided_at IS NULL)", name="decided"),
        Index(None, "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    organisation: Mapped[Organisation] = relationship()
