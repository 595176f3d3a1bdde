"""Customers' requests and their tasks. What the customer wrote, and reasons, stand in audit entries alone."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


class CustomerRequest(SQLModel, table=True):
    """One request of a customer's: C-77. `status`, `owner` and all that changes do so by compare-and-set of `version`.

    `received_on` and `due_on` are days in the company's time zone, `due_at` the moment at which that last day ends.
    `entry` is the audit entry that registered it, `extended_in` the one that extended its term; `media` those that a
    customer objected to. `identity` are configured ways to check it, a line each, never a document: a trigger refuses
    an end without one, unless the request was registered by mistake.
    """

    __tablename__ = "customer_requests"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('access', 'erasure', 'rectification', 'objection', 'restriction', 'portability', 'complaint')",
            name="customer_requests_kind",
        ),
        CheckConstraint(
            "channel IN ('email', 'telephone', 'letter', 'form', 'chat', 'in_person')", name="customer_requests_channel"
        ),
        CheckConstraint("status IN ('open', 'closed')", name="customer_requests_status"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="customer_requests_closed"),
        CheckConstraint("(identity IS NULL) = (identity_by IS NULL)", name="customer_requests_identity"),
        CheckConstraint("(extended_at IS NULL) = (extended_in IS NULL)", name="customer_requests_extended"),
        CheckConstraint("received_on <= due_on", name="customer_requests_due"),
        Index("customer_requests_account", "account", "kind"),
        Index(
            "customer_requests_open",
            "due_at",
            "number",
            postgresql_where=text("status = 'open'"),
            sqlite_where=text("status = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    team: str
    kind: str
    account: str
    law: str
    channel: str
    received_on: date
    recorded_at: datetime
    recorded_by: str
    entry: str = Field(max_length=36, unique=True)
    due_on: date
    due_at: datetime
    status: str = "open"
    version: int = 0
    media: list[str] = Field(sa_type=JSON)
    owner: str | None = None
    identity: str | None = None
    identity_by: str | None = None
    extended_at: datetime | None = None
    extended_in: str | None = Field(default=None, max_length=36)
    closed_at: datetime | None = None
    closed_by: str | None = None


class CustomerRequestTask(SQLModel, table=True):
    """One thing to do for a request. `round` counts how often it was given to somebody.

    `entry` is the audit entry that settled it; a refusal's reason stands there. `added_in` is the entry that added a
    task which the configuration does not have: what is to be done stands there, and `title` says that it was added.
    """

    __tablename__ = "customer_request_tasks"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'done', 'refused')", name="customer_request_tasks_status"),
        CheckConstraint("(status = 'open') = (settled_by IS NULL)", name="customer_request_tasks_settled"),
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="customer_request_tasks_settled_at"),
        CheckConstraint("(settled_by IS NULL) = (entry IS NULL)", name="customer_request_tasks_entry"),
        Index("customer_request_tasks_assignee", "assignee"),
    )

    request: int = Field(primary_key=True, foreign_key="customer_requests.number")
    position: int = Field(primary_key=True)
    title: str
    status: str = "open"
    assignee: str | None = None
    round: int = 0
    settled_by: str | None = None
    settled_at: datetime | None = None
    entry: str | None = Field(default=None, max_length=36)
    added_in: str | None = Field(default=None, max_length=36)


class CustomerRequestMistake(SQLModel, table=True):
    """That a request was registered by mistake. Rows are added and never changed.

    A request is one as long as it is closed at the very moment `at` of such a row: opened again it is one no more, and
    a release that does not know this table takes it for closed. `entry` is the audit entry, in which the reason
    stands; `same_as` the request that it is a duplicate of.
    """

    __tablename__ = "customer_request_mistakes"
    __table_args__ = (
        CheckConstraint(
            "cause IN ('wrong_account', 'no_request', 'duplicate', 'other')", name="customer_request_mistakes_cause"
        ),
        CheckConstraint("(cause = 'duplicate') = (same_as IS NOT NULL)", name="customer_request_mistakes_duplicate"),
        CheckConstraint("same_as <> request", name="customer_request_mistakes_itself"),
        Index("customer_request_mistakes_request", "request"),
        Index("customer_request_mistakes_same_as", "same_as"),
    )

    entry: str = Field(primary_key=True, max_length=36)
    request: int = Field(foreign_key="customer_requests.number")
    at: datetime
    by: str
    cause: str
    same_as: int | None = Field(default=None, foreign_key="customer_requests.number")


class CustomerRequestLeft(SQLModel, table=True):
    """That somebody can't see to what they have to do for customers' requests, of which the desk is told.

    `times` counts how often that began, the last time at `since`; `ended_at` is null while it lasts, then when it was
    seen that they can again, or have nothing to do any more.
    """

    __tablename__ = "customer_request_left"
    __table_args__ = (CheckConstraint("times > 0", name="customer_request_left_times"),)

    team: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    times: int
    since: datetime
    ended_at: datetime | None = None
