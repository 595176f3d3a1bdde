"""Questions about the policy, those that went to a privacy officer, and what the officers ruled.

What people typed stands in the audit table alone, as personal text that can be erased: a question in the entry that
recorded it, a ruling's question and words in the entry that recorded the ruling. Here are ids, offsets and codes.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


class PolicyQuestion(SQLModel, table=True):
    """One question and what came of it. `version` is the hash of the policy's text that was asked.

    `kind`, `why` and the topic are what the policy itself came to; `ruling` is the one that was shown, if one was.
    `parts` are the same of each thing that is asked, {kind, why, topic, label}, where a message asks several.
    """

    __tablename__ = "policy_questions"
    __table_args__ = (
        CheckConstraint("kind IN ('quoted', 'silent', 'unsure')", name="policy_questions_kind"),
        Index("policy_questions_at", "at"),
    )

    entry_id: str = Field(primary_key=True, foreign_key="audit_entries.id", max_length=36)
    at: datetime
    team: str
    person: str
    version: str = Field(max_length=64)
    kind: str
    why: str
    topic: str | None = None
    topic_label: str | None = None
    ruling: int | None = None
    parts: list[dict[str, str | None]] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class DeskQuestion(SQLModel, table=True):
    """A question that went to the privacy officers: Q-12. Status and `step` change by compare-and-set only.

    `candidates` are [start, end] into the text of `version`, best first. `due_at` is when the officers are reminded
    next (null once it is decided), `reminders` how often they were.
    """

    __tablename__ = "desk_questions"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'quoted', 'written', 'not_ours')", name="desk_questions_status"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="desk_questions_decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="desk_questions_by"),
        Index(
            "desk_questions_open",
            "number",
            postgresql_where=text("status = 'open'"),
            sqlite_where=text("status = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    entry_id: str = Field(foreign_key="policy_questions.entry_id", max_length=36, unique=True)
    team: str
    person: str
    version: str = Field(max_length=64)
    candidates: list[list[int]] = Field(sa_type=JSON)
    topic: str | None = None
    topic_label: str | None = None
    status: str = "open"
    step: int = 0
    asked_at: datetime
    due_at: datetime | None = None
    reminders: int = 0
    decided_at: datetime | None = None
    decided_by: str | None = None


class Ruling(SQLModel, table=True):
    """What a privacy officer ruled on a question: L-3. Status and `step` change by compare-and-set only.

    `version` is the text that it was made or last confirmed for; `rests_on` are {start, end, hash} of the sentences of
    that text (SHA-256 of their words in UTF-8, in hex) that it rests on. `told` is the version that the officers were
    last asked to read it again for. The words stand in the audit entry `entry_id`.
    """

    __tablename__ = "rulings"
    __table_args__ = (
        CheckConstraint("kind IN ('quoted', 'written', 'not_ours')", name="rulings_kind"),
        CheckConstraint("status IN ('in_force', 'withdrawn')", name="rulings_status"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="rulings_settled"),
        CheckConstraint("status = 'in_force' OR settled_at IS NOT NULL", name="rulings_withdrawn"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    question: int = Field(foreign_key="desk_questions.number", unique=True)
    entry_id: str = Field(foreign_key="audit_entries.id", max_length=36, unique=True)
    kind: str
    team: str
    author: str
    made_at: datetime
    topic: str | None = None
    version: str = Field(max_length=64)
    rests_on: list[dict[str, int | str]] = Field(sa_type=JSON)
    status: str = "in_force"
    step: int = 0
    told: str | None = Field(default=None, max_length=64)
    settled_at: datetime | None = None
    settled_by: str | None = None
