"""A source that a company wrote and installed: found by the entry point of its distribution, and looked up in."""

import shutil
from pathlib import Path

import pytest

from bot.building.account_sources import company_sources
from bot.configuration.faults import ConfigurationInvalid
from bot.settings import load_configuration
from tests.bot.accounts.example import ANA, EXAMPLE, settings

ROOT = Path(__file__).parents[3]
METADATA = "Metadata-Version: 2.1\nName: customers-in-json\nVersion: 1.0\n"
OFFERS = "[steward.sources]\njson = json_source:JsonSource\n"


def configured(folder: Path) -> Path:
    """Postwing's steward.toml, with accounts from the source named json."""
    written = (ROOT / "steward.toml").read_text("utf-8").replace('"policies/', f'"{ROOT}/policies/')
    own = 'source = "json"\nfile = "customers.jsonl"'
    path = folder / "steward.toml"
    path.write_text(written.replace('source = "embedded"', own), "utf-8")
    settings(folder)
    return path


def install(site: Path) -> None:
    """The example of docs/ as a distribution, as pip leaves one."""
    information = site / "customers_in_json-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(METADATA, "utf-8")
    (information / "entry_points.txt").write_text(OFFERS, "utf-8")
    shutil.copyfile(EXAMPLE, site / "json_source.py")


def test_an_installed_source_is_found_and_one_that_is_not_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configured(tmp_path)
    with pytest.raises(ConfigurationInvalid, match="json"):
        load_configuration(path)
    install(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    (source,) = company_sources(load_configuration(path), {}).values()
    found = source.search("ana.liepa@inbox.example", 10)
    assert [one.id for one in found.accounts] == ["c-2"]
    assert source.fetch("c-2", ["name"]) == {"name": ANA["name"]}
