"""Requests for access and the grants that came of them. They share one number for their whole life: R-1042."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel


class AccessRequest(SQLModel, table=True):
    """What an employee asked for. `status` changes by compare-and-set only.

    `needs` says how many people of which role must approve; `turn` counts the decisions that were begun, so that they
    come one after the other. `account_label` is a business's name for the approvers to read; of individuals none is
    kept. Where several accounts were asked for, they stand in access_request_accounts, and `account` is the first of
    those that nobody took away. `person` is who is to have the access and `asked_by` who asked on their behalf (null:
    themselves). `starts_at` is when it is to begin (null: at approval). An extension asks for more time of the grant
    `extends`.
    `escalated_at` is when the next group was told, because nobody had decided.
    """

    __tablename__ = "access_requests"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'granted', 'denied', 'cancelled', 'expired')", name="access_requests_status"
        ),
        CheckConstraint("duration_s > 0", name="access_requests_duration"),
        CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="access_requests_decided"),
        CheckConstraint("kind IN ('request', 'extension', 'emergency')", name="access_requests_kind"),
        CheckConstraint("(kind = 'extension') = (extends IS NOT NULL)", name="access_requests_extends"),
        Index("access_requests_open", "status", "expires_at"),
        Index("access_requests_person", "team", "person", "number"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    kind: str = "request"
    extends: int | None = Field(default=None, foreign_key="access_grants.number")
    team: str
    person: str
    asked_by: str | None = None
    account: str
    account_label: str | None = None
    purpose: str
    data_classes: list[str] = Field(sa_type=JSON)
    duration_s: int
    starts_at: datetime | None = None
    needs: dict[str, int] | None = Field(default=None, sa_type=JSON)
    turn: int = 0
    justification: str = Field(sa_type=Text)
    ticket: str | None = None
    status: str = "pending"
    asked_at: datetime
    expires_at: datetime
    escalated_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_note: str | None = Field(default=None, sa_type=Text)


class AccessRequestAccount(SQLModel, table=True):
    """One of the accounts of a request for several, in the order in which they were asked for. Others have none here.

    `label` is a business's name for the approvers to read, as in the request itself.
    """

    __tablename__ = "access_request_accounts"
    __table_args__ = (Index("access_request_accounts_account", "account", "request"),)

    request: int = Field(primary_key=True, foreign_key="access_requests.number")
    place: int = Field(primary_key=True)
    account: str
    label: str | None = None


class AccessApproval(SQLModel, table=True):
    """One person's yes to a request, with the roles they had then and what they agreed to.

    `accounts` are those that they agreed to (null: all of the request's).
    `behalf` is who was away and whose roles these are, where a deputy agreed.
    """

    __tablename__ = "access_approvals"
    __table_args__ = (CheckConstraint("duration_s > 0", name="access_approvals_duration"),)

    request: int = Field(primary_key=True, foreign_key="access_requests.number")
    by: str = Field(primary_key=True)
    roles: list[str] = Field(sa_type=JSON)
    at: datetime
    data_classes: list[str] = Field(sa_type=JSON)
    duration_s: int
    note: str | None = Field(default=None, sa_type=Text)
    behalf: str | None = None
    accounts: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class AccessQuestion(SQLModel, table=True):
    """What an approver asked before deciding, and the answer; `nth` counts from 1. The words stand in audit entries.

    Only `asked` answers: whoever asked for the access.
    """

    __tablename__ = "access_questions"
    __table_args__ = (
        CheckConstraint("nth > 0", name="access_questions_nth"),
        CheckConstraint("(answered_at IS NULL) = (answer_entry IS NULL)", name="access_questions_answered"),
    )

    request: int = Field(primary_key=True, foreign_key="access_requests.number")
    nth: int = Field(primary_key=True)
    by: str
    at: datetime
    entry: str = Field(max_length=36, unique=True)
    asked: str
    answered_at: datetime | None = None
    answer_entry: str | None = Field(default=None, max_length=36, unique=True)


class AccessGrant(SQLModel, table=True):
    """What was given. Live while starts_at <= now < ends_at and nobody ended it; the clock decides, not a job.

    `accounts` are all of them where there are several (null: `account` alone); `account` is the first. `extensions`
    counts how often its end was moved; `end_note` says why somebody else ended it.
    """

    __tablename__ = "access_grants"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="access_grants_period"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="access_grants_ended"),
        Index("access_grants_person", "team", "person", "ends_at"),
        Index("access_grants_account", "account", "ends_at"),
    )

    number: int = Field(primary_key=True, foreign_key="access_requests.number")
    team: str
    person: str
    account: str
    accounts: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    purpose: str
    data_classes: list[str] = Field(sa_type=JSON)
    starts_at: datetime
    ends_at: datetime
    granted_by: str
    extensions: int = 0
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_note: str | None = Field(default=None, sa_type=Text)
