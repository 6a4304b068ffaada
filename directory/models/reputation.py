"""Sums over reviews and finished work, kept up with each of them so that nobody adds up all of them again."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Hundredths


class Reputation(Base):
    """What an organisation did and was told in one category.

    `total` is the sum of the `reviews` reviews' means; `weight` and `weighted` are the sums of their weights and of
    weight times mean, in units of the day that rules/reputation.py counts from. `finished` is work signed off, `served`
    for how many neighbourhoods.
    """

    __tablename__ = "reputation"
    __table_args__ = (
        CheckConstraint("reviews >= 0 AND served >= 0 AND served <= finished", name="counts"),
        CheckConstraint("weight >= 0 AND weighted >= 0", name="weights"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True, index=True)
    reviews: Mapped[int] = mapped_column(default=0)
    total: Mapped[Decimal] = mapped_column(Hundredths, default=Decimal(0))
    weight: Mapped[float] = mapped_column(default=0.0)
    weighted: Mapped[float] = mapped_column(default=0.0)
    finished: Mapped[int] = mapped_column(default=0)
    served: Mapped[int] = mapped_column(default=0)


class CategoryReputation(Base):
    """The same sums over all organisations of a category: its mean is what a rating is shrunk towards."""

    __tablename__ = "category_reputation"
    __table_args__ = (
        CheckConstraint("reviews >= 0", name="counts"),
        CheckConstraint("weight >= 0 AND weighted >= 0", name="weights"),
    )

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    reviews: Mapped[int] = mapped_column(default=0)
    weight: Mapped[float] = mapped_column(default=0.0)
    weighted: Mapped[float] = mapped_column(default=0.0)
