"""What the audit table's actions are called: "revealed", "tried to reveal"."""

from collections.abc import Mapping
from typing import Any, Final

VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "account.lookup": ("looked up", "look up"),
    "account.reveal": ("revealed", "reveal"),
    "account.import": ("imported accounts", "import accounts"),
    "access.request": ("asked for access to", "ask for access to"),
    "access.approve": ("approved access to", "approve access to"),
    "access.deny": ("denied access to", "deny access to"),
    "access.extend": ("extended access to", "extend access to"),
    "access.end": ("ended access to", "end access to"),
    "access.expire": ("noted the end of access to", "end access to"),
    "access.cancel": ("withdrew a request for", "withdraw a request for"),
    "access.list": ("looked at requests for", "look at requests for"),
    "access.emergency": ("took emergency access to", "take emergency access to"),
    "access.disclose": ("passed on data of", "pass on data of"),
    "access.deputy": ("said who decides while they are away", "name a deputy"),
    "access.escalate": ("passed on to the next group a request for", "pass on a request for"),
    "access.lapse": ("took an earlier yes off a request for", "take a yes off a request for"),
    "access.ticket": ("said whether the ticket is open of access to", "say whether the ticket is open of access to"),
    "access.question": ("asked about a request for", "ask about a request for"),
    "access.answer": ("answered about a request for", "answer about a request for"),
    "access.recertify": ("certified who may look up", "certify who may look up"),
    "privacy.ask": ("asked about the policy", "ask about the policy"),
    "privacy.rule": ("ruled on a question", "rule on a question"),
    "privacy.report": ("reported who looked at", "report who looked at"),
    "privacy.request": ("handled a customer's request of", "handle a customer's request of"),
    "policy.change": ("imported the policy", "import the policy"),
    "policy.acknowledge": ("read the policy", "acknowledge the policy"),
    "policy.announce": ("announced the policy", "announce the policy"),
    "audit.search": ("searched the audit table for", "search the audit table for"),
    "audit.export": ("exported the audit table for", "export the audit table for"),
    "audit.review": ("reviewed an entry about", "review an entry about"),
    "audit.alert": ("noted unusual use of", "note unusual use of"),
    "audit.verify": ("verified the ledger", "verify the ledger"),
    "audit.checkpoint": ("asked for a checkpoint", "ask for a checkpoint"),
    "audit.acknowledge": ("acknowledged a fault of the ledger", "acknowledge a fault of the ledger"),
    "audit.erase": ("erased personal text", "erase personal text"),
    "audit.restore": ("put a backup of the database back", "put a backup of the database back"),
    "config.change": ("changed the configuration", "change the configuration"),
    "slack.unexpected": (
        "pressed or sent what nothing of Steward's sends",
        "press or send what nothing of Steward's sends",
    ),
}

BY_OUTCOME: Final[Mapping[tuple[str, str], str]] = {
    ("access.disclose", "requested"): "asked to pass on data of",
    ("access.disclose", "done"): "agreed to pass on data of",
    ("access.disclose", "granted"): "agreed to pass on data of",
    ("access.disclose", "denied"): "would not pass on data of",
    ("access.disclose", "expired"): "noted that nobody decided to pass on data of",
    ("access.disclose", "not_found"): "tried to pass on data of",
    ("access.extend", "requested"): "asked for more time of access to",
    ("audit.erase", "denied"): "turned down an erasure of personal text",
    ("audit.erase", "ended"): "took an earlier confirmation off an erasure of personal text",
    ("audit.erase", "expired"): "noted that an erasure of personal text was not confirmed in time",
}
"""Where asking, agreeing and doing are one action, what an entry of this outcome was."""

BY_REASON: Final[Mapping[tuple[str, str], str]] = {
    ("access.list", "disclosures"): "looked at the disclosure register",
    ("access.recertify", "listed"): "drew up a list of who may look up",
    ("access.recertify", "kept"): "kept somebody on a list of who may look up",
    ("access.recertify", "removed"): "took somebody off a list of who may look up",
    ("access.recertify", "lifted"): "gave somebody back what was taken by a list of who may look up",
    ("access.recertify", "gone"): "noted that somebody who was taken off a list is out of the group",
    ("access.expire", "timed_out"): "noted that nobody decided in time on access to",
    ("audit.erase", "asked"): "asked for an erasure of personal text",
    ("audit.erase", "confirmed"): "confirmed an erasure of personal text",
    ("audit.erase", "withdrawn"): "withdrew an erasure of personal text",
    ("audit.review", "needs_explanation"): "asked for an explanation of an entry about",
    ("audit.review", "answered"): "explained an entry about",
    ("privacy.request", "registered"): "registered a customer's request of",
    ("privacy.request", "linked"): "added to a customer's request of",
    ("privacy.request", "listed"): "listed customers' requests of",
    ("privacy.request", "opened"): "read a customer's request of",
    ("privacy.request", "followed"): "asked about a customer's request of",
    ("privacy.request", "assembled"): "assembled data for a customer's request of",
    ("privacy.request", "taken"): "took on a customer's request of",
    ("privacy.request", "handed_over"): "handed over a customer's request of",
    ("privacy.request", "identity_checked"): "noted how the identity was checked for a customer's request of",
    ("privacy.request", "extended"): "extended the term of a customer's request of",
    ("privacy.request", "extension_undone"): "undid the extension of a customer's request of",
    ("privacy.request", "assigned"): "gave somebody a task of a customer's request of",
    ("privacy.request", "task_added"): "added a task to a customer's request of",
    ("privacy.request", "task_done"): "did a task of a customer's request of",
    ("privacy.request", "task_refused"): "refused a task of a customer's request of",
    ("privacy.request", "task_undone"): "opened again a task of a customer's request of",
    ("privacy.request", "closed"): "closed a customer's request of",
    ("privacy.request", "reopened"): "reopened a customer's request of",
    ("privacy.request", "objected"): "recorded an objection of",
    ("privacy.request", "agreed"): "recorded an agreement of",
    ("privacy.request", "undone"): "undid an objection or agreement of",
    ("policy.change", "as_kept"): "noted which version of the policy is in force",
    ("policy.announce", "told"): "told people of a change of the policy",
    ("policy.announce", "withdrawn"): "took an announcement of the policy back",
    ("policy.announce", "dismissed"): "found a change of the policy not worth announcing",
    ("policy.announce", "moved"): "moved a notice about the policy",
    ("policy.announce", "stopped"): "stopped a notice about the policy",
    ("policy.announce", "new_date"): "gave a change of the policy another date",
}
"""Where even the outcome is one, what an entry with this reason was."""

DANGLING: Final = (" to", " of", " for", " about")

TYPED: Final[Mapping[str, tuple[str, ...]]] = {
    "account.lookup": ("looked up", "look-ups", "lookups", "lookup"),
    "account.reveal": ("revealed", "reveals"),
    "account.import": ("imported", "imports"),
    "access.request": ("asked for access", "requests"),
    "access.approve": ("approved", "approvals"),
    "access.deny": ("turned down",),
    "access.extend": ("extended",),
    "access.end": ("ended access",),
    "access.cancel": ("cancelled", "withdrew", "withdrawn"),
    "access.emergency": ("emergency", "emergencies"),
    "access.deputy": ("deputy", "deputies"),
    "access.escalate": ("escalated", "escalations"),
    "access.recertify": ("recertified", "certified"),
    "privacy.report": ("reported", "reports"),
    "privacy.request": ("customer requests", "customers' requests", "objections"),
    "policy.change": ("policy changes",),
    "policy.acknowledge": ("acknowledged",),
    "audit.search": ("searched", "searches"),
    "audit.export": ("exported", "exports"),
    "audit.review": ("reviewed", "reviews"),
    "audit.alert": ("alerts", "unusual use"),
    "audit.erase": ("erased", "erasures"),
    "audit.restore": ("restored", "restores"),
}
"""What auditors may type for an action, beside its code."""

TYPED_OUTCOMES: Final[Mapping[str, tuple[str, ...]]] = {"refused": ("refusal", "refusals"), "denied": ("denials",)}
"""The same for an outcome."""


def verb(action: str) -> tuple[str, str]:
    """The past and the infinitive of an action; one that has no words yet is called by its code."""
    return VERBS.get(action, (f"did {action.replace('.', ' ')} for", f"do {action.replace('.', ' ')} for"))


def done(entry: Mapping[str, Any]) -> str:
    """What an entry says that its actor did, to stand before the account, if the entry has one: "revealed", "tried to
    reveal" where it was refused. `entry` has an entry's keys.
    """
    action, outcome = entry["action"], entry["outcome"]
    past, infinitive = verb(action)
    said = BY_REASON.get((action, entry["reason"])) or BY_OUTCOME.get((action, outcome), past)
    words = f"tried to {infinitive}" if outcome == "refused" else said
    dangling = next((one for one in DANGLING if not entry["account"] and words.endswith(one)), "")
    return words.removesuffix(dangling)
