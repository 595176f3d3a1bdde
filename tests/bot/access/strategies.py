"""Hypothesis strategies for everything that a decision is made of."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.access.grants import Grant, Request, Status
from bot.access.people import Person, Standing
from bot.access.rules.purposes import DataClass, Purpose, Rules, Shown

ROLES = ("support", "billing", "marketing", "approvers")
CLASSES = ("account", "contact", "payment", "recipients")
PURPOSES = ("technical_support", "billing", "marketing")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

roles = st.sampled_from(ROLES)
role_sets = st.frozensets(roles)
people_ids = st.sampled_from(["U1", "U2", "U3"])
account_ids = st.sampled_from(["a-1", "a-2"])


def people() -> st.SearchStrategy[Person]:
    return st.builds(
        Person,
        id=people_ids,
        team=st.just("T1") | st.sampled_from(["T1", "T2"]),
        name=st.just("Somebody"),
        email=st.none(),
        standing=st.just(Standing.MEMBER) | st.sampled_from(Standing),
        roles=role_sets,
    )


def purposes(key: str) -> st.SearchStrategy[Purpose]:
    return st.builds(
        Purpose,
        key=st.just(key),
        label=st.just(key.replace("_", " ").capitalize()),
        clause=st.just(f"because of {key}"),
        groups=role_sets,
        default_for=role_sets,
        data_classes=st.lists(st.sampled_from(CLASSES), unique=True, min_size=1).map(tuple),
        max_duration=st.sampled_from([timedelta(hours=1), timedelta(hours=4)]),
        approvals=st.sampled_from([0, 1]),
        approvers=roles,
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    classes = {
        key: DataClass(key, key.capitalize(), (f"{key}_one", f"{key}_two"), draw(st.sampled_from(Shown)))
        for key in CLASSES
    }
    chosen = draw(st.lists(st.sampled_from(PURPOSES), unique=True, min_size=1))
    return Rules({key: draw(purposes(key)) for key in chosen}, classes, timedelta(hours=8))


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    starts = NOW + timedelta(minutes=draw(st.integers(-120, 60)))
    ended = draw(st.none() | st.just(NOW))
    accounts = draw(st.lists(account_ids, unique=True, min_size=1))
    return Grant(
        number=draw(st.integers(1001, 1005)),
        team=draw(st.sampled_from(["T1", "T2"])),
        person=draw(people_ids),
        account=accounts[0],
        several=tuple(accounts) if len(accounts) > 1 else (),
        purpose=draw(st.sampled_from(PURPOSES)),
        data_classes=tuple(draw(st.lists(st.sampled_from(CLASSES), unique=True))),
        starts_at=starts,
        ends_at=starts + timedelta(minutes=draw(st.integers(1, 180))),
        granted_by="U9",
        ended_at=ended,
        ended_by="U9" if ended else None,
    )


@st.composite
def requests(draw: st.DrawFn) -> Request:
    asked = NOW - timedelta(minutes=draw(st.integers(0, 600)))
    return Request(
        number=draw(st.integers(1001, 1005)),
        team=draw(st.just("T1") | st.sampled_from(["T1", "T2"])),
        person=draw(people_ids),
        account=draw(account_ids),
        account_label=None,
        purpose=draw(st.sampled_from(PURPOSES)),
        data_classes=("contact",),
        duration=timedelta(hours=1),
        justification="a reason that is long enough",
        ticket=None,
        status=draw(st.just(Status.PENDING) | st.sampled_from(Status)),
        asked_at=asked,
        expires_at=asked + timedelta(hours=8),
    )
