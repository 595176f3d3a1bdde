"""Two companies on one Steward: the same ids and names wherever Slack and imports would let them be the same."""

import hmac
import re
import shutil
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import yaml

from bot.accounts.importing import import_accounts
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.building.account_sources import account_layout
from bot.clock import Clock, system_clock
from bot.database import Database
from bot.hosting.host import host
from bot.hosting.plan import Plan, read_plan
from bot.hosting.sealing import new_key
from bot.running.schema import upgrade_database
from bot.settings import Environment, load_configuration
from migrations.schema import REGISTRY
from slack_local import LocalTown, Timing, Workspace
from slack_local.clock import stable_id
from tests.ports import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[3]
ACCOUNTS = ROOT / "tests" / "scenarios" / "accounts.jsonl"
GENEROUS_S = 180
POSTWING, GLOBEX = "postwing", "globex"
NAMES = (POSTWING, GLOBEX, "registry")
"""Of the databases."""

OTHER_WORDS: Mapping[str, str] = {
    "Baltic Beans SIA": "Nordic Nuts OY",
    "balticbeans": "nordicnuts",
    "Māra Kalniņa": "Aino Virtanen",
    "443 478": "990 112",
    "Brīvības iela": "Mannerheimintie",
    "Postwing": "Globex",
    "postwing": "globex",
}
"""What is Postwing's, and what Globex has in its place."""
PEOPLE: Mapping[str, str] = {"Inese Ozola": "Zelda Zimmer", "Jānis Bērziņš": "Zoran Zupan"}


def other(text: str) -> str:
    """The same text, as Globex would write it."""
    for one, another in OTHER_WORDS.items():
        text = text.replace(one, another)
    return text


def manifest(port: int, *, rotation: bool = False) -> dict[str, Any]:
    """The app's manifest, as an operator of several workspaces completes it."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    read["oauth_config"]["redirect_urls"] = [f"http://127.0.0.1:{port}/slack/oauth_redirect"]
    read["settings"]["token_rotation_enabled"] = rotation
    return read


def workspaces(more: Sequence[str] = ()) -> tuple[Workspace, ...]:
    """Postwing's, and Globex's with the same ids of people, groups and channels; `more` are others like it."""
    first = Workspace.read(ROOT / "demo" / "workspace.toml")
    team = replace(first.team, id=stable_id("T", GLOBEX), name="Globex", domain=GLOBEX, email_domain="globex.example")
    people = tuple(
        replace(
            one,
            team_id=team.id if one.team_id == first.team.id else one.team_id,
            real_name=PEOPLE.get(one.real_name, one.real_name),
            email=other(one.email),
        )
        for one in first.people
    )
    channels = tuple(
        replace(one, shared_team_ids=(team.id, *one.shared_team_ids[1:]), topic=other(one.topic))
        for one in first.channels
    )
    globex = replace(first, team=team, people=people, channels=channels)
    others = [replace(team, id=stable_id("T", name), name=name.capitalize(), domain=name) for name in more]
    return first, globex, *(replace(globex, team=one) for one in others)


def company(folder: Path, *, another: bool) -> Path:
    """A folder with configuration, policy and accounts. Globex's support sees contact details openly, and no lists."""
    folder.mkdir()
    toml = (ROOT / "steward.toml").read_text().replace('embed = "auto"', "embed = false")
    policy = (ROOT / "policies" / "postwing.md").read_text()
    accounts = ACCOUNTS.read_text()
    if another:
        toml, policy, accounts = other(toml), other(policy), other(accounts)
        masked = 'fields = ["contact_name", "email", "phone", "address"]\nshown = "masked"'
        assert masked in toml
        toml = toml.replace(masked, masked.replace("masked", "open"))
    (folder / "steward.toml").write_text(toml)
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns("postwing.md"))
    (folder / "policies" / ("globex.md" if another else "postwing.md")).write_text(policy)
    (folder / "accounts.jsonl").write_text(accounts)
    return folder


def slowly(begin: float) -> Callable[[], float]:
    """A clock for Slack on which a trigger's three seconds are a minute, so that a busy machine does not matter."""
    return lambda: begin + (time.time() - begin) / 20


@dataclass
class Hosting:
    """Two workspaces that one Steward is to host."""

    town: LocalTown
    plan: Plan
    environment: Environment
    port: int
    variables: Mapping[str, str] = field(repr=False)

    @property
    def address(self) -> str:
        """Steward's."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self, clock: Clock = system_clock, *, ends_with: str = "") -> Iterator[None]:
        """Steward runs in a thread, as `steward run` would; and ends with these words, if there are any."""
        stop, raised = threading.Event(), list[BaseException]()

        def serve() -> None:
            try:
                host(self.environment, self.plan, clock, stop)
            except BaseException as error:  # noqa: BLE001 - told below
                raised.append(error)

        thread = threading.Thread(target=serve, name="hosting")
        thread.start()
        try:
            until(lambda: bool(raised) or self._answers(), "Steward does not answer")
            yield
        finally:
            stop.set()
            thread.join(GENEROUS_S)
        assert ends_with in str(raised) if ends_with else not raised, raised
        assert not thread.is_alive()

    def install(self, domain: str, *, user: str | None = None, answer: str = "allow") -> httpx.Response:
        """As a person does it in a browser: begin, allow, come back. Returns the last page."""
        begun = httpx.get(f"{self.address}/slack/install")
        back = self.allow(authorize_address(begun), domain, user=user, answer=answer)
        return httpx.get(back, headers={"cookie": begun.headers["set-cookie"].partition(";")[0]})

    def allow(self, authorize: str, domain: str, *, user: str | None = None, answer: str = "allow") -> str:
        """What somebody answers on Slack's page; returns the address that the browser is sent back to."""
        query = dict(httpx.URL(authorize).params)
        team = domain if domain == "organisation" else self.town.workspaces[domain].team_id
        person = user or self.town.workspaces[POSTWING].people["agnese"].id
        form = {**query, "as": f"{team}:{person}", "answer": answer}
        sent = httpx.post(f"{self.town.url}/oauth/v2/authorize", data=form)
        assert sent.status_code == 302, sent.text
        return str(sent.headers["location"])

    def installed(self, *domains: str) -> None:
        """Install in these workspaces, and wait until each answers."""
        for domain in domains or (POSTWING, GLOBEX):
            page = self.install(domain)
            assert page.status_code == 200, page.text
        for domain in domains or (POSTWING, GLOBEX):
            self.until_answering(domain)

    def until_answering(self, domain: str) -> None:
        """Wait until this workspace's Steward answers."""
        inese = self.town.workspaces[domain].as_user("inese")

        def answers() -> bool:
            inese.type("/access mine", channel="random")
            words = inese.read("random")[-1].text
            return "starting" not in words and "not running" not in words and "removed" not in words

        until(answers, f"{domain} does not run", every_s=0.2)

    def signed(self, fields: Mapping[str, str]) -> httpx.Response:
        """A form as Slack would send it."""
        body, at = urlencode(fields).encode(), str(int(time.time()))
        secret = self.town.environment["SLACK_SIGNING_SECRET"].encode()
        signature = hmac.digest(secret, f"v0:{at}:".encode() + body, "sha256").hex()
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return httpx.post(f"{self.address}/slack/events", content=body, headers=headers, timeout=GENEROUS_S)

    def database(self, domain: str) -> str:
        """The address of a workspace's database."""
        return self.plan.named(domain).database_url

    def entries(self, domain: str, **wanted: Any) -> list[dict[str, Any]]:
        """A workspace's audit table, oldest first."""
        database = Database(self.database(domain))
        try:
            with database.reading() as connection:
                return [stored.readable for stored in in_order(connection, Filter(**wanted))]
        finally:
            database.close()

    def ready(self) -> dict[str, Any]:
        """What /readyz says."""
        found: dict[str, Any] = httpx.get(f"{self.address}/readyz").json()
        return found

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz").status_code == 200
        except httpx.TransportError:
            return False


def authorize_address(page: httpx.Response) -> str:
    """Where the first page leads."""
    assert page.status_code == 200, page.text
    found = re.search(r'class="button" href="([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


def on_sqlite(folder: Path, template: Path) -> Mapping[str, str]:
    """Addresses of SQLite files in the folder; the companies' are copies of one at this release's schema."""
    for name in (POSTWING, GLOBEX):
        shutil.copy(template, folder / f"{name}.db")
    return {name: f"sqlite:///{folder}/{name}.db" for name in NAMES}


@contextmanager
def hosting(
    folder: Path, urls: Mapping[str, str], *, more: Sequence[str] = (), rotation: bool = False, **town_options: Any
) -> Iterator[Hosting]:
    """A town, two companies and their databases (`urls` by NAMES), and `more` workspaces that are not hosted.

    `rotation`: the app's tokens expire.
    """
    port = free_port()
    companies = {POSTWING: company(folder / POSTWING, another=False), GLOBEX: company(folder / GLOBEX, another=True)}
    patient: dict[str, Any] = {"timing": Timing(deadline=GENEROUS_S), "clock": slowly(time.time())}
    with LocalTown.start(
        manifest=manifest(port, rotation=rotation), workspaces=workspaces(more), **patient, **town_options
    ) as town:
        town.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        variables = {f"{name.upper()}_DATABASE_URL": url for name, url in urls.items()}
        keys = {"POSTWING_KEY": bytes(range(32)), "GLOBEX_KEY": bytes(range(32, 64))}
        variables |= {name: b64encode(key).decode() for name, key in keys.items()}
        (folder / "workspaces.toml").write_text(_plan(town))
        plan = read_plan(folder / "workspaces.toml", variables)
        given = {**{name.lower(): value for name, value in town.environment.items()}, "port": port}
        environment = Environment.model_validate({**given, "steward_token_keys": new_key()})
        for name in (POSTWING, GLOBEX):
            upgrade_database(plan.named(name).database_url)
            _fill(plan.named(name).database_url, companies[name])
        upgrade_database(plan.registry_url, of=REGISTRY)
        yield Hosting(town, plan, environment, port, variables)


def _plan(town: LocalTown) -> str:
    tables = "".join(
        f'[workspaces.{name}]\nteam = "{town.workspaces[name].team_id}"\nconfig = "{name}/steward.toml"\n'
        f'database = "{name.upper()}_DATABASE_URL"\nsigning_key = "{name.upper()}_KEY"\n\n'
        for name in (POSTWING, GLOBEX)
    )
    return f'[installations]\ndatabase = "REGISTRY_DATABASE_URL"\n\n{tables}'


def _fill(url: str, folder: Path) -> None:
    database = Database(url)
    layout = account_layout(load_configuration(folder / "steward.toml"))
    origin = Origin(Actor("cli:tests"), Surface.CLI)
    import_accounts(
        database, Ledger(database, system_clock), layout, folder / "accounts.jsonl", origin, lambda *_: None
    )
    database.close()
