"""What the running bot's role may do on PostgreSQL: with the audit table and the ledger, read and add, no more.

The tables belong to whoever runs the migrations; a role that owns nothing can't switch their triggers off either.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, inspect, text

ADDED_TO: Final = "SELECT, INSERT"
KEPT: Final = "SELECT, INSERT, UPDATE"
ALL: Final = "SELECT, INSERT, UPDATE, DELETE"

NEVER_DELETED: Final = (
    *("access_grants", "access_questions", "access_requests", "clause_suspensions", "customer_request_tasks"),
    *("customer_requests", "desk_questions", "disclosures", "erasures", "policy_changes", "policy_plans"),
    *("policy_stages", "policy_versions", "recertification_lines", "recertification_lists", "review_items"),
    *("role_removals", "rulings"),
)
"""Tables whose rows the bot adds and changes, and takes none away from."""

PRIVILEGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(NEVER_DELETED, KEPT),
    "review_links": ADDED_TO,
    "review_steps": ADDED_TO,
    "alembic_version": "SELECT",
    "schema_serves": "SELECT",
    "audit_entries": ADDED_TO,
    "audit_open": ALL,  # a recorded erasure takes values out; a trigger refuses every other change
    "audit_erased": ADDED_TO,
    "audit_pending": "SELECT, INSERT, DELETE",
    "ledger_leaves": ADDED_TO,
    "ledger_nodes": ADDED_TO,
    "ledger_checkpoints": ADDED_TO,
    "ledger_cosignatures": ADDED_TO,
    "ledger_faults": ADDED_TO,
    "ledger_acknowledgements": "SELECT",  # an operator's, with the owner's login
    "ledger_lease": "SELECT, UPDATE",
    "marketing_choices": ADDED_TO,
    "customer_request_mistakes": ADDED_TO,
    "access_absences": ADDED_TO,
    "access_returns": ADDED_TO,
    "policy_questions": ADDED_TO,
    "policy_notices": ADDED_TO,
    "policy_acknowledgements": ADDED_TO,
    "disclosure_register": "SELECT, INSERT, UPDATE",  # as with audit_open: names go by a recorded erasure alone
    "disclosure_erased": ADDED_TO,
    "home_workspace": ADDED_TO,
}
"""By table; all others are the bot's to write."""


def grants(role: str, schema: str, tables: Iterable[str]) -> list[str]:
    """The statements that give a role what it needs and take away what it had beyond; names are quoted already."""
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        *(f"GRANT {PRIVILEGES.get(table, ALL)} ON {schema}.{table} TO {role}" for table in sorted(tables)),
    ]


def grants_for(connection: Connection, role: str) -> list[str]:
    """The statements for this database's tables. Raises LookupError when there is no such role."""
    known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if not known:
        raise LookupError(role)
    quote = connection.dialect.identifier_preparer.quote
    schema = str(connection.scalar(text("SELECT current_schema()")))
    return grants(quote(role), quote(schema), [quote(table) for table in inspect(connection).get_table_names(schema)])
