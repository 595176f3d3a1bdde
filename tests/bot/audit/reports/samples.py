"""Reports to look at and to test with: Postwing's rules, and looks made up for one account."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import company_of
from bot.audit.reports.customer import (
    CustomerReport,
    Disclosure,
    Meaning,
    Seal,
    Wording,
    bars_of,
    by_role,
    looks_of,
)
from bot.settings import load_configuration

ROOT = Path(__file__).parents[4]
COMPANY = company_of(load_configuration(ROOT / "steward.toml"))
WORDING = Wording(COMPANY.rules.purposes, COMPANY.rules.data_classes, COMPANY.groups)
RIGA = ZoneInfo("Europe/Riga")
START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)  # midnight in Riga
END = datetime(2026, 5, 31, 20, 59, tzinfo=UTC)
ACCOUNT = COMPANY.rules.data_classes["account"].fields
CONTACT = COMPANY.rules.data_classes["contact"].fields


def disclosure(number: int = 0, **changed: Any) -> Disclosure:
    """A look-up of Inese's, `number` days after the start."""
    values: dict[str, Any] = {
        "entry": f"01968a3e-7b1c-7cc3-98c4-{number:012x}",
        "at": START + timedelta(days=number, hours=11, minutes=number % 60),
        "actor": "U0INESE",
        "team": "T1",
        "action": "account.lookup",
        "purpose": "technical_support",
        "fields": (*ACCOUNT, *CONTACT),
        "grant": None,
        "decided_by": None,
        "ticket": None,
        "policy_version": "ab" * 32,
        "index": 40 + number,
    }
    return Disclosure(**{**values, **changed})


def reveal(number: int = 0, **changed: Any) -> Disclosure:
    """Contact details in full, under a grant that Jānis gave."""
    values = {"action": "account.reveal", "fields": CONTACT, "grant": "R-1001", "decided_by": "U0JANIS"}
    return disclosure(number, **{**values, "ticket": "HD-2211", **changed})


def a_report(disclosures: Sequence[Disclosure], **changed: Any) -> CustomerReport:
    """A report on these looks, in the company's words."""
    since, until = changed.get("since", START), changed.get("until", END)
    bars, by_month = bars_of([one.at for one in disclosures], since, until, RIGA)
    quote = "employees who need it for a legitimate purpose of our business, such as technical support"
    values: dict[str, Any] = {
        "company": COMPANY.name,
        "contact": COMPANY.contact,
        "account": "pw-00412",
        "name": "Baltic Beans SIA",
        "since": since,
        "until": until,
        "zone": RIGA,
        "looks": looks_of(disclosures, WORDING, by_role(disclosures, WORDING), lambda _: "Access approvers"),
        "left_out": 0,
        "people": len({one.actor for one in disclosures}),
        "refused": 0,
        "bars": bars,
        "by_month": by_month,
        "meanings": (Meaning("Technical support", quote, "Who sees it", "Postwing Privacy Policy", START, "ab" * 32),)
        if disclosures
        else (),
        "seal": Seal("postwing.example/steward", 12_345, bytes(range(32)), END, "a note\n"),
        "entry": "01968a3e-7b1c-7cc3-98c4-dc0c3fa94c1b",
        "made_at": END,
    }
    return CustomerReport(**{**values, **changed})


def a_quarter() -> CustomerReport:
    """Three months as a customer may have them, with Latvian letters."""
    looks = [
        disclosure(0),
        disclosure(1, actor="U0KASPARS"),
        reveal(1),
        reveal(8, grant="R-1014", ticket="HD-2290"),
        disclosure(8),
        disclosure(9),
        disclosure(30, purpose="billing", actor="U0EDGARS", fields=(*ACCOUNT, "iban", "vat_number")),
        disclosure(44),
        disclosure(45, actor="U0KASPARS"),
        reveal(45, actor="U0KASPARS", grant="R-1020", ticket=None),
        disclosure(71, index=None),
    ]
    return a_report(looks, name="Šķērsielas Ļaužu Ēdnīca SIA", refused=1)
