"""Two workspaces at once, through the real gate: nothing of the one reaches the other."""

import json
from collections import Counter
from collections.abc import Callable

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import inspect, text

from bot.database import Database
from bot.observability import tracing
from tests.bot.hosting.town import GLOBEX, OTHER_WORDS, PEOPLE, POSTWING, Hosting
from tests.scenarios.access.asking import ANSWERS
from tests.waiting import until

SHARED = ("steward_workers", "steward_gate_refusals")
WHY = {POSTWING: "Ticket PW-2211: the sender address bounces", GLOBEX: "Ticket GX-9900: the parcel went astray"}


def everything_kept(url: str) -> str:
    """All rows of all tables, as text."""
    database = Database(url)
    try:
        with database.reading() as connection:
            tables = inspect(connection).get_table_names()
            return "\n".join(
                str(tuple(row)) for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))
            )
    finally:
        database.close()


def ask(hosted: Hosting, domain: str) -> str:
    """Inese asks for the lists of an account; returns the request's name."""
    inese = hosted.town.workspaces[domain].as_user("inese")
    inese.type("/access", channel="general")
    wanted = {"Why?": WHY[domain], "Ticket": WHY[domain].split()[1].strip(":")}
    inese.fill(ANSWERS | wanted | {"What do you need to see?": ["Recipient lists"]})
    assert inese.submit() == {}
    name = next(word for word in inese.modal().text.split() if word.startswith("R-"))
    inese.close()
    return name


def looks(hosted: Hosting) -> dict[str, int]:
    """How many look-ups /metrics counts for each workspace; every number but what they share says whose it is."""
    counted: Counter[str] = Counter()
    for family in text_string_to_metric_families(httpx.get(f"{hosted.address}/metrics").text):
        for sample in family.samples:
            apart = sample.name.startswith("steward_") and not sample.name.startswith(SHARED)
            assert not apart or sample.labels["workspace"] in (POSTWING, GLOBEX)
            if sample.name == "steward_lookups_total":
                counted[sample.labels["workspace"]] += int(sample.value)
    return dict(counted)


def of_the_host(hosted: Hosting, name: str, **labels: str) -> float:
    """One number at /metrics, by exactly these labels."""
    families = text_string_to_metric_families(httpx.get(f"{hosted.address}/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return next(one.value for one in samples if (one.name, one.labels) == (name, labels))


def _wait(hosted: Hosting, domain: str, person: str, channel: str, words: str) -> str:
    reader = hosted.town.workspaces[domain].as_user(person)

    def found() -> list[str]:
        return [one.text for one in reader.read(channel) if words in one.text]

    until(lambda: bool(found()), f"{words} in {channel} of {domain}")
    return found()[-1]


def _foreign(domain: str, hosted: Hosting) -> list[str]:
    """What is the other company's, and must be nowhere here."""
    theirs = OTHER_WORDS.values() if domain == POSTWING else OTHER_WORDS.keys()
    people = PEOPLE.values() if domain == POSTWING else PEOPLE.keys()
    another = GLOBEX if domain == POSTWING else POSTWING
    return [*theirs, *people, WHY[another], hosted.town.workspaces[another].team_id]


def begun(spans: list[str]) -> Callable[[], None]:
    """Spans are asked for; what ends them."""
    spans.append("begun")
    return lambda: spans.append("ended")


@pytest.mark.postgres
def test_nothing_of_one_reaches_the_other(postgresql_hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same people, channels, accounts and request numbers in both; policies and purposes differ."""
    hosted, spans = postgresql_hosting, list[str]()
    monkeypatch.setenv(tracing.ENDPOINTS[0], "http://127.0.0.1:1")
    monkeypatch.setattr(tracing, "begin", lambda _: begun(spans))
    with hosted.running():
        hosted.installed()
        cards = {}
        for domain in (POSTWING, GLOBEX, POSTWING, GLOBEX):
            inese = hosted.town.workspaces[domain].as_user("inese")
            inese.type("/account pw-00412", channel="general")
            cards[domain] = inese.read("general")[-1].text
        assert "Baltic Beans SIA" in cards[POSTWING]
        assert "m•••@balticbeans.example" in cards[POSTWING]
        assert "Nordic Nuts OY" in cards[GLOBEX]
        assert "mara@nordicnuts.example" in cards[GLOBEX], "Globex shows contact details openly"

        assert looks(hosted) == {POSTWING: 2, GLOBEX: 2}
        assert httpx.post(f"{hosted.address}/slack/events", content=b"{}").status_code == 401
        refusals = [of_the_host(hosted, "steward_gate_refusals_total", status=one) for one in ("401", "503")]
        assert refusals == [1, 0], "what never happened is 0, so that the first time is seen"
        assert of_the_host(hosted, "steward_workers", mode="http") == 1
        for domain in (POSTWING, GLOBEX):
            assert of_the_host(hosted, "steward_workspace_state", workspace=domain, state="running") == 1
        assert spans == ["begun"]
        names = {domain: ask(hosted, domain) for domain in (POSTWING, GLOBEX)}
        assert names[POSTWING] == names[GLOBEX], "both companies count from the same number"
        for domain in (POSTWING, GLOBEX):
            _wait(hosted, domain, "janis", "access-approvals", names[domain])
        hosted.town.workspaces[POSTWING].as_user("janis").press("Approve", in_="access-approvals")
        _wait(hosted, POSTWING, "inese", "dm", "Granted until")
        inese = hosted.town.workspaces[GLOBEX].as_user("inese")
        inese.type("/access mine", channel="random")
        assert "waits" in inese.read("random")[-1].text.lower() or "pending" in inese.read("random")[-1].text.lower()
        for domain, auditor in ((POSTWING, "agnese"), (GLOBEX, "agnese")):
            hosted.town.workspaces[domain].as_user(auditor).type("/audit pw-00412", channel="general")
            hosted.town.workspaces[domain].as_user("inese").type("/privacy do you sell my data?", channel="general")
            hosted.town.workspaces[domain].as_user("inese").home()
    assert spans == ["begun", "ended"]
    granted = {domain: [one for one in hosted.entries(domain) if one["outcome"] == "granted"] for domain in names}
    assert len(granted[POSTWING]) == 1
    assert granted[GLOBEX] == []
    for domain in (POSTWING, GLOBEX):
        teams = {one["team"] for one in hosted.entries(domain)} - {None}
        assert teams == {hosted.town.workspaces[domain].team_id}
        kept, heard = everything_kept(hosted.database(domain)), hosted.town.heard(domain).decode()
        shown = json.dumps([hosted.town.workspaces[domain].messages(name) for name in ("general", "random", "inese")])
        for words in _foreign(domain, hosted):
            assert words not in kept, (domain, words)
            assert words not in heard, (domain, words)
            assert json.dumps(words)[1:-1] not in shown, (domain, words)
