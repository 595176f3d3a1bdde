"""A Steward that runs as a process of its own, with one account, asked over its port and in Slack."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot.accounts.importing import import_accounts
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.database import Database
from bot.settings import load_configuration
from slack_local import LocalSlack
from tests.bot.running.conftest import PATIENCE_S, ROOT

ACCOUNT = {"id": "pw-1", "name": "Baltic Beans SIA", "domain": "balticbeans.example", "kind": "business"}


def import_account(url: str, folder: Path) -> None:
    file = folder / "accounts.jsonl"
    file.write_text(json.dumps(ACCOUNT) + "\n")
    database = Database(url)
    layout = account_layout(load_configuration(ROOT / "steward.toml"))
    origin = Origin(Actor("cli:tests"), Surface.CLI)
    assert import_accounts(database, Ledger(database, system_clock), layout, file, origin, lambda *_: None).imported
    database.close()


def get(port: int, path: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def metrics(port: int) -> Mapping[str, float]:
    """The numbers that need no labels to be told apart."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


def look_up(slack: LocalSlack) -> None:
    inese = slack.as_user("inese")
    inese.type("/account pw-1", channel="general")
    assert "Baltic Beans SIA" in inese.read("general")[-1].text
