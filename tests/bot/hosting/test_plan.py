"""workspaces.toml: what it says, and what two workspaces may not share."""

from pathlib import Path

import pytest

from bot.hosting.plan import Plan, read_plan
from bot.settings import ConfigurationInvalid, Environment

TEXT = """
[installations]
database = "REGISTRY_URL"

[workspaces.acme]
team = "T0ACME"
config = "acme/steward.toml"
database = "ACME_URL"
signing_key = "ACME_KEY"

[workspaces.globex]
team = "T0GLOBEX"
enterprise = "E0GLOBEX"
config = "globex/steward.toml"
database = "GLOBEX_URL"
signing_key = "GLOBEX_KEY"
"""
VARIABLES = {
    "REGISTRY_URL": "sqlite:///registry.db",
    "ACME_URL": "postgresql://steward:secret@db.example/acme",
    "GLOBEX_URL": "postgresql://steward:secret@db.example/globex",
    "ACME_KEY": "one",
    "GLOBEX_KEY": "another",
}


def _read(folder: Path, text: str = TEXT, **changed: str) -> Plan:
    (folder / "workspaces.toml").write_text(text)
    return read_plan(folder / "workspaces.toml", VARIABLES | changed)


def test_each_has_what_is_its_own(tmp_path: Path) -> None:
    plan = _read(tmp_path)
    assert [one.name for one in plan.workspaces] == ["acme", "globex"]
    globex = plan.named("globex")
    assert (globex.team, globex.enterprise) == ("T0GLOBEX", "E0GLOBEX")
    own = globex.environment(Environment.model_validate({"port": 8080}), "xoxb-globex")
    assert own.database_url == VARIABLES["GLOBEX_URL"]
    assert own.steward_config == tmp_path / "globex" / "steward.toml"
    assert own.slack_bot_token is not None
    assert own.slack_bot_token.get_secret_value() == "xoxb-globex"
    assert own.steward_signing_key is not None
    assert own.steward_signing_key.get_secret_value() == "another"
    assert own.port == 8080
    assert "secret" not in repr(plan)
    assert "another" not in repr(plan)


@pytest.mark.parametrize(
    ("before", "after", "where", "words"),
    [
        ('team = "T0GLOBEX"', 'team = "T0ACME"', "line 12, workspaces.toml workspaces.globex.team", "same workspace"),
        ('database = "GLOBEX_URL"', 'database = "ACME_URL"', "workspaces.globex.database", "same database"),
        ('signing_key = "GLOBEX_KEY"', 'signing_key = "ACME_KEY"', "workspaces.globex.signing_key", "same signing key"),
        ('database = "GLOBEX_URL"', 'database = "REGISTRY_URL"', "workspaces.globex.database", "same database"),
        ('database = "GLOBEX_URL"', 'database = "OTHER_URL"', "workspaces.globex.database", "OTHER_URL is not set"),
        ('database = "GLOBEX_URL"', f'database = "{VARIABLES["GLOBEX_URL"]}"', "globex.database", "name of a variable"),
        ('team = "T0GLOBEX"', 'team = "globex"', "workspaces.globex.team", "no workspace's id"),
        ('team = "T0GLOBEX"', 'taem = "T0GLOBEX"', "workspaces.globex.taem", "Did you mean “team”?"),
        ("[workspaces.globex]", "[workspaces.Globex]", "workspaces.Globex", "no name for a workspace"),
        ('database = "REGISTRY_URL"', "", "installations.database", "“database” is missing"),
        ("[workspaces.globex]", "[workspaces.globex", "", "This is not TOML"),
    ],
)
def test_faults_have_their_place_and_show_no_secret(
    tmp_path: Path, before: str, after: str, where: str, words: str
) -> None:
    assert before in TEXT
    with pytest.raises(ConfigurationInvalid) as invalid:
        _read(tmp_path, TEXT.replace(before, after))
    assert where in str(invalid.value)
    assert words in str(invalid.value)
    assert "secret" not in str(invalid.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://someone:else@DB.example:5432/acme?application_name=x",
        "postgresql://steward@db.example/acme?options=-csearch_path%3Dglobex",
    ],
)
def test_another_login_or_schema_does_not_make_another_database(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationInvalid, match="same database"):
        _read(tmp_path, GLOBEX_URL=url)


def test_without_signing_keys_two_sqlite_files_may_not_lie_in_one_folder(tmp_path: Path) -> None:
    """The key is made beside the database, and would be the same one."""
    text = "\n".join(line for line in TEXT.splitlines() if "signing_key" not in line)
    urls = {"ACME_URL": f"sqlite:///{tmp_path}/acme.db", "GLOBEX_URL": f"sqlite:///{tmp_path}/globex.db"}
    with pytest.raises(ConfigurationInvalid, match=r"steward\.key"):
        _read(tmp_path, text, **urls)
    apart = {"ACME_URL": f"sqlite:///{tmp_path}/a/acme.db", "GLOBEX_URL": f"sqlite:///{tmp_path}/g/globex.db"}
    assert len(_read(tmp_path, text, **apart).workspaces) == 2


def test_a_file_that_is_not_there_and_a_name_that_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="STEWARD_WORKSPACES"):
        read_plan(tmp_path / "none.toml", {})
    with pytest.raises(ConfigurationInvalid, match="Did you mean “globex”"):
        _read(tmp_path).named("globx")
