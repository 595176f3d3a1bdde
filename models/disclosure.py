"""Disclosures to people outside the company: what was asked, who agreed, and the register of what was permitted."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel


class Disclosure(SQLModel, table=True):
    """What somebody wants to give to an outsider: D-12. `status` changes by compare-and-set only.

    `recipient` and `organisation` say to whom. `basis` is a written consent (`reference` is the document's, `given_by`
    its signer) or a court's order (`reference` is its number, `given_by` the court), of the day `dated`; what is to be
    paid for and what has no basis is kept as refused. `fields` are names. An approved one can be shown once, before
    `shown_until`. `turn` counts the decisions that were begun, so that they come one after the other.
    """

    __tablename__ = "disclosures"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'approved', 'denied', 'refused', 'expired')", name="disclosures_status"),
        CheckConstraint("basis IN ('consent', 'court_order', 'payment', 'none')", name="disclosures_basis"),
        CheckConstraint("status = 'refused' OR basis IN ('consent', 'court_order')", name="disclosures_permitted"),
        CheckConstraint("status = 'refused' OR (account IS NOT NULL AND dated IS NOT NULL)", name="disclosures_whole"),
        CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="disclosures_decided"),
        CheckConstraint("(status = 'approved') = (shown_until IS NOT NULL)", name="disclosures_shown_until"),
        CheckConstraint("shown_at IS NULL OR status = 'approved'", name="disclosures_shown"),
        Index("disclosures_person", "team", "asked_by", "number"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    team: str
    asked_by: str
    account: str | None = None
    fields: list[str] = Field(sa_type=JSON)
    recipient: str
    organisation: str
    basis: str
    reference: str
    dated: date | None = None
    given_by: str
    why: str = Field(sa_type=Text)
    policy_version: str = Field(max_length=64)
    status: str = "pending"
    turn: int = 0
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    shown_until: datetime | None = None
    shown_at: datetime | None = None


class DisclosureApproval(SQLModel, table=True):
    """One person's yes, with the roles that counted. Nobody counts twice.

    `behalf` is who was away and whose roles these are, where a deputy agreed.
    """

    __tablename__ = "disclosure_approvals"

    disclosure: int = Field(primary_key=True, foreign_key="disclosures.number")
    by: str = Field(primary_key=True)
    roles: list[str] = Field(sa_type=JSON)
    at: datetime
    behalf: str | None = None


class DisclosureEntry(SQLModel, table=True):
    """The disclosure register: one row for each that was permitted, under its number. Rows are added, never changed.

    `approved_by` are user ids; `entry` is the audit entry of the approval that completed it.
    """

    __tablename__ = "disclosure_register"
    __table_args__ = (CheckConstraint("basis IN ('consent', 'court_order')", name="disclosure_register_basis"),)

    number: int = Field(primary_key=True, foreign_key="disclosures.number")
    entered_at: datetime = Field(index=True)
    team: str
    asked_by: str
    account: str = Field(index=True)
    fields: list[str] = Field(sa_type=JSON)
    recipient: str
    organisation: str
    basis: str
    reference: str
    dated: date
    given_by: str
    why: str = Field(sa_type=Text)
    approved_by: list[str] = Field(sa_type=JSON)
    policy_version: str = Field(max_length=64)
    entry: str = Field(max_length=36)


class DisclosureErased(SQLModel, table=True):
    """That a text of a disclosure was taken out, when, and by which erasure. Rows are added and never changed."""

    __tablename__ = "disclosure_erased"

    disclosure: int = Field(
        primary_key=True, foreign_key="disclosures.number", sa_column_kwargs={"autoincrement": False}
    )
    field: str = Field(primary_key=True)
    erasure: int = Field(foreign_key="erasures.number")
    at: datetime
