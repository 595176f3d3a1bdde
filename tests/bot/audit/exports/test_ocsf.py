"""Events as OCSF has them: class API Activity (6003) of version 1.3.0.

The class and its objects are checked against the published schema of 1.3.0, which ocsf-json-schema carries, and against
a narrower one of the attributes that are used here (no empty texts); the objects also by py-ocsf-models
(all but the user, of whom it demands an account that the schema leaves optional).
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.base_event import BaseEvent
from py_ocsf_models.objects.policy import Policy
from py_ocsf_models.objects.request_elements import RequestElements
from py_ocsf_models.objects.resource_details import ResourceDetails
from py_ocsf_models.objects.response_elements import ResponseElements

from bot.audit.entry import PERSONAL, Action, Entry, Outcome, Surface, leaf_hash, seal
from bot.audit.exports.ocsf import ACTIVITY_OF, event, ocsf_lines
from bot.audit.read import Stored
from bot.audit.verbs import VERBS
from tests.bot.audit.test_entry import entries

TEXT = {"type": "string", "minLength": 1}
NAMED = {"type": "object", "minProperties": 1}


def an_object(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object that has these attributes and no others."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


USER = an_object(["uid"], uid=TEXT, name=TEXT, type=TEXT, type_id={"enum": [0, 1, 2, 3, 4, 99]}, org=NAMED)
AUTHORIZATION = an_object([], decision={"enum": ["allowed", "denied"]}, policy=NAMED)
OBSERVABLE = an_object(["name", "type_id"], name=TEXT, type=TEXT, value=TEXT, type_id={"type": "integer"})
METADATA = an_object(
    ["product", "version"],
    product=an_object(["vendor_name"], vendor_name=TEXT, name=TEXT),
    version={"const": "1.3.0"},
    uid=TEXT,
    sequence={"type": "integer", "minimum": 0},
    event_code=TEXT,
    log_name=TEXT,
    log_provider=TEXT,
    original_time=TEXT,
    correlation_uid=TEXT,
    tenant_uid=TEXT,
)
API = an_object(["operation"], operation=TEXT, service=NAMED, request=NAMED, response=NAMED)
API_ACTIVITY = an_object(
    [
        *("activity_id", "category_uid", "class_uid", "type_uid", "severity_id", "time", "metadata"),  # of every event
        *("actor", "api", "src_endpoint"),  # of the class
    ],
    activity_id={"enum": [0, 1, 2, 3, 4, 99]},
    activity_name=TEXT,
    category_uid={"const": 6},
    category_name={"const": "Application Activity"},
    class_uid={"const": 6003},
    class_name={"const": "API Activity"},
    type_uid={"enum": [600300, 600301, 600302, 600303, 600304, 600399]},
    type_name=TEXT,
    severity_id={"enum": [0, 1, 2, 3, 4, 5, 6, 99]},
    severity=TEXT,
    status_id={"enum": [0, 1, 2, 99]},
    status=TEXT,
    status_code=TEXT,
    status_detail={"type": "string"},
    time={"type": "integer"},
    timezone_offset={"type": "integer", "minimum": -1080, "maximum": 1080},
    message=TEXT,
    metadata=METADATA,
    actor={**an_object([], user=USER, authorizations={"type": "array", "items": AUTHORIZATION}), "minProperties": 1},
    api=API,
    src_endpoint=an_object(["svc_name"], svc_name=TEXT),
    resources={"type": "array", "items": an_object([], uid=TEXT, type=TEXT, data={"type": "object"})},
    observables={"type": "array", "items": OBSERVABLE},
    unmapped={"type": "object"},
    raw_data=TEXT,
)


VALIDATOR = jsonschema.Draft202012Validator(API_ACTIVITY)
PUBLISHED = jsonschema.Draft202012Validator(
    OcsfJsonSchemaEmbedded(get_ocsf_schema("1.3.0")).get_class_schema("api_activity")
)


def stored(entry: Entry) -> Stored:
    sealed, opened = seal(entry, lambda size: b"s" * size)
    return Stored(entry.id, entry.at, sealed, leaf_hash(sealed), json.dumps(opened))


def an_entry(**changed: Any) -> Entry:
    values: dict[str, Any] = {
        "id": "01968a3e-7b1c-7cc3-98c4-dc0c3fa94c1b",
        "at": datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC),
        "actor": "U0INESE",
        "team": "T1",
        "actor_email": "inese@postwing.example",
        "action": Action.REVEAL,
        "outcome": Outcome.DISCLOSED,
        "reason": "granted",
        "account": "pw-00412",
        "query": "Māra Kalniņa",
        "purpose": "technical_support",
        "fields": ("email", "phone"),
        "grant": "R-1001",
        "ticket": "HD-2211",
        "justification": "Newsletters bounce since Monday",
        "policy_version": "ab" * 32,
        "request": "123.456.abc",
        "surface": Surface.BUTTON,
    }
    return Entry(**{**values, **changed})


def filled(entry: Entry) -> bool:
    """Steward writes no entry with an empty id, actor or account; OCSF has no empty identifiers."""
    texts = ("id", "actor", "account", "team", "purpose", "grant", "policy_version", "request", "reason")
    return all(getattr(entry, name) != "" for name in texts)


@settings(max_examples=40, deadline=None)
@given(entries().filter(filled), st.none() | st.integers(0, 2**40))
def test_every_entry_is_an_event_of_the_class(entry: Entry, index: int | None) -> None:
    made = event(stored(entry), index)
    VALIDATOR.validate(made)
    PUBLISHED.validate(made)
    assert made["type_uid"] == made["class_uid"] * 100 + made["activity_id"]
    assert made["metadata"].get("sequence") == index
    BaseEvent.model_validate(made)
    RequestElements.model_validate(made["api"]["request"])
    ResponseElements.model_validate(made["api"]["response"])
    for resource in made.get("resources", ()):
        ResourceDetails.model_validate(resource)
    for authorization in made["actor"].get("authorizations", ()):
        Policy.model_validate(authorization["policy"])


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("outcome", [Outcome.DISCLOSED, Outcome.REFUSED, Outcome.DONE])
def test_every_action_is_an_event_of_the_published_class(action: Action, outcome: Outcome) -> None:
    for actor, account in (("U0INESE", "pw-00412"), ("system", None), ("cli:inese", None)):
        PUBLISHED.validate(event(stored(an_entry(action=action, outcome=outcome, actor=actor, account=account)), 7))


@pytest.mark.parametrize(
    "changed", [{"activity_id": 7}, {"nonsense": 1}, {"api": {}}, {"actor": {"user": {"uid": 1}}}, {"time": "now"}]
)
def test_the_published_class_refuses_what_is_no_event(changed: dict[str, Any]) -> None:
    assert not PUBLISHED.is_valid({**event(stored(an_entry())), **changed})


def test_an_event_says_who_did_what_to_which_account() -> None:
    made = event(stored(an_entry()), 41)
    assert made["actor"]["user"]["uid"] == "U0INESE"
    assert made["actor"]["authorizations"] == [
        {
            "decision": "allowed",
            "policy": {"uid": "technical_support", "name": "technical_support", "version": "ab" * 32},
        }
    ]
    assert made["api"]["operation"] == "account.reveal"
    assert made["resources"] == [{"uid": "pw-00412", "type": "account", "data": {"fields": ["email", "phone"]}}]
    assert (made["activity_name"], made["status"], made["severity"]) == ("Read", "Success", "Informational")
    assert made["time"] == 1772442000123
    assert made["metadata"]["sequence"] == 41
    assert made["metadata"]["correlation_uid"] == "R-1001"


def test_a_refusal_is_a_failure_with_its_reason() -> None:
    made = event(stored(an_entry(outcome=Outcome.REFUSED, reason="no_purpose")))
    assert (made["status_id"], made["status_code"], made["status_detail"]) == (2, "refused", "no_purpose")
    assert made["severity"] == "Low"
    assert made["actor"]["authorizations"][0]["decision"] == "denied"
    assert "sequence" not in made["metadata"]


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_text_stays_a_salted_hash(name: str) -> None:
    """What was exported can't be erased any more."""
    secret = "Zqvalor 9417 <zq@valor.example>"
    made = event(stored(an_entry(**{name: secret})))
    text = json.dumps(made, ensure_ascii=False)
    assert "Zqvalor" not in text
    assert made["unmapped"][name].startswith("sha256:")


def test_what_is_exported_can_be_verified() -> None:
    made = event(stored(an_entry()))
    assert hashlib.sha256(b"\x00" + made["raw_data"].encode()).hexdigest() == made["unmapped"]["leaf"]


def test_an_action_that_nobody_mapped_is_other_and_keeps_its_name() -> None:
    whole = stored(an_entry())
    strange = Stored(whole.id, whole.at, whole.sealed.replace("account.reveal", "coffee.brew"), whole.leaf, None)
    made = event(strange)
    assert (made["activity_id"], made["activity_name"], made["type_uid"]) == (99, "coffee.brew", 600399)
    VALIDATOR.validate(made)


def test_every_action_that_has_words_is_mapped_or_read() -> None:
    assert set(ACTIVITY_OF) <= set(VERBS)
    assert {action.value for action in Action} & set(VERBS) <= set(ACTIVITY_OF) | {"audit.verify", "audit.checkpoint"}


def test_lines_are_one_event_each() -> None:
    lines = list(ocsf_lines([(0, stored(an_entry())), (None, stored(an_entry(justification="one\ntwo")))]))
    assert [line.count("\n") for line in lines] == [1, 1]
    assert [json.loads(line)["class_uid"] for line in lines] == [6003, 6003]


@pytest.mark.parametrize(
    ("outcome", "reason", "activity"),
    [
        (Outcome.DONE, "asked", "Create"),
        (Outcome.DONE, "confirmed", "Update"),
        (Outcome.DONE, "carried_out", "Delete"),
        (Outcome.DENIED, None, "Update"),
        (Outcome.ENDED, "withdrawn", "Update"),
        (Outcome.EXPIRED, "timed_out", "Update"),
        (Outcome.REFUSED, "not_yours", "Delete"),
    ],
)
def test_of_an_erasure_only_the_act_is_a_deletion(outcome: Outcome, reason: str | None, activity: str) -> None:
    """Or what would have been one, and failed."""
    made = event(stored(an_entry(action=Action.ERASE, outcome=outcome, reason=reason)))
    assert (made["activity_name"], made["status"]) == (activity, "Failure" if outcome == "refused" else "Success")
    PUBLISHED.validate(made)
