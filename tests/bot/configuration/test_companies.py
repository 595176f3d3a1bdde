"""The configurations that come with Steward hold together, each with its own policy."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.access.rules.purposes import Shown
from bot.configuration.values import Configuration
from bot.privacy.source import read_source
from bot.privacy.text import PolicyText, find_clause, read_policy
from bot.settings import load_configuration

ROOT = Path(__file__).parents[3]
COMPANIES = {
    "postwing": ROOT / "steward.toml",
    "velodock": ROOT / "tests" / "companies" / "velodock" / "steward.toml",
}


def policy_of(configuration: Configuration) -> PolicyText:
    found = read_source(configuration.policy.source, configuration.folder)
    return read_policy(found.data, found.name, found.declared)


@pytest.mark.parametrize("company", COMPANIES)
def test_every_purpose_rests_on_its_clause(company: str) -> None:
    configuration = load_configuration(COMPANIES[company])
    policy = policy_of(configuration)
    for purpose in configuration.rules.purposes.values():
        assert find_clause(policy, purpose.clause), purpose.key


def test_the_reference_companys_purposes() -> None:
    rules = load_configuration(COMPANIES["postwing"]).rules
    reach = {key: set(purpose.data_classes) for key, purpose in rules.purposes.items()}
    assert reach == {
        "technical_support": {"account", "contact", "recipients"},
        "customer_service": {"account", "contact"},
        "marketing": {"account", "contact"},
        "billing": {"account", "contact", "payment"},
    }
    assert {key: one.shown for key, one in rules.data_classes.items()} == {
        "account": Shown.OPEN,
        "contact": Shown.MASKED,
        "payment": Shown.MASKED,
        "recipients": Shown.HIDDEN,
    }
    assert rules.kind_field == "kind"
    assert not any("processors" in purpose.groups for purpose in rules.purposes.values())


@pytest.mark.parametrize(
    "words",
    [
        "committed to keeping private",
        "data in our care is of two kinds",
        "contact details, payment details and e-mail addresses",
        "data about the people and companies you write to",
        "whether a business or an individual",
        "not a service for consumers",
        "contact details for marketing: by regular mail, by e-mail or by telephone",
        "a trial account included, agrees to receive marketing",
        "to give technical support and to provide the service",
        "neither sell nor rent … consent in writing or when a court orders",
        "employees who need it … technical support, customer service, billing or marketing",
        "Third parties that we have engaged",
        "how we use the data … access to your account?",
        "posted on this page, so please look in regularly",
        "If a change leaves you with a question",
    ],
)
def test_the_reference_policy_makes_each_commitment(words: str) -> None:
    assert find_clause(policy_of(load_configuration(COMPANIES["postwing"])), words)


SILENCES = re.compile(
    r"\b(retain|retention|delet|eras|rectif|correct|opt|unsubscrib|cookie|secur|encrypt|breach|transfer|child|officer|"
    r"processing|gdpr|effective|police|law|years|months|stor)\w*",
    re.IGNORECASE,
)


def test_the_reference_policy_is_silent_where_it_should_be() -> None:
    assert SILENCES.findall(policy_of(load_configuration(COMPANIES["postwing"])).text) == []


def test_the_second_company_shares_no_name_with_the_first() -> None:
    """But for those that are Steward's own: id, and the role of the auditors."""
    one, other = (tomllib.loads(path.read_text("utf-8")) for path in COMPANIES.values())
    assert not set(one["purposes"]) & set(other["purposes"])
    assert not set(one["data_classes"]) & set(other["data_classes"])
    assert set(one["groups"]) & set(other["groups"]) == {"auditors"}
    fields = [{name for each in file["data_classes"].values() for name in each["fields"]} for file in (one, other)]
    assert fields[0] & fields[1] == {"id"}


def test_the_code_names_no_company() -> None:
    written = [path for folder in ("bot", "handlers", "models", "migrations") for path in (ROOT / folder).rglob("*.py")]
    said = {path.name: path.read_text("utf-8").lower() for path in written}
    assert len(written) > 500
    assert [name for name, text in said.items() if "postwing" in text or "mailigen" in text] == []
