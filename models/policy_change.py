"""Changes of the policy: what was found, what the privacy officer decided, and when it takes effect: N-12."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel


class PolicyChange(SQLModel, table=True):
    """One version giving way to another. The announcement, its notices and the questions about it share its number.

    `before` and `after` are hashes of kept versions; `before` is null for the first version. `kind` is the class of
    their difference. `found_how` tells whether it was fetched from where the policy is published, imported by hand, or
    a draft uploaded ahead. `status`: found (nobody has decided), announced (it is told, from `decided_at`), dismissed
    (not worth telling), withdrawn (decided, then taken back). `material`, `effective_at`, `audience` (roles of
    [groups], or "everyone") and `summary` are the officer's and stand once it is announced. `incident`: it was in the
    world before it was announced. `note` says why it was dismissed or withdrawn. `revision` counts the steps taken;
    status and revision change by compare-and-set.
    """

    __tablename__ = "policy_changes"
    __table_args__ = (
        CheckConstraint("kind IN ('first', 'same', 'noise', 'date', 'moved', 'text')", name="policy_changes_kind"),
        CheckConstraint("found_how IN ('page', 'import', 'draft')", name="policy_changes_found_how"),
        CheckConstraint("status IN ('found', 'announced', 'dismissed', 'withdrawn')", name="policy_changes_status"),
        CheckConstraint("(status = 'found') = (decided_at IS NULL)", name="policy_changes_decided"),
        CheckConstraint(
            "status <> 'announced' OR (material IS NOT NULL AND effective_at IS NOT NULL AND audience IS NOT NULL)",
            name="policy_changes_announced",
        ),
        Index("policy_changes_after", "after", "number"),
        Index("policy_changes_status", "status", "effective_at"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    before: str | None = Field(default=None, max_length=64)
    after: str = Field(max_length=64)
    kind: str
    found_how: str
    found_at: datetime
    found_by: str
    status: str = "found"
    material: bool | None = None
    effective_at: datetime | None = None
    audience: list[str] | None = Field(default=None, sa_type=JSON)
    summary: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = None
    decided_by: str | None = None
    incident: bool = False
    note: str | None = Field(default=None, sa_type=Text)
    revision: int = 0
