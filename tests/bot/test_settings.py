"""steward.toml and the environment, and the words in which their faults are told."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access.rules.purposes import Shown
from bot.settings import Configuration, ConfigurationInvalid, Environment, Fault, load_configuration, read_environment

WHOLE = """\
[company]
name = "Acme"
timezone = "Europe/Riga"
contact = "privacy@acme.example"
[policy]
source = "policy.md"
check = "0 */6 * * *"
notice = { at = "09:00", channels = ["#general"], remind_after = "3d", acknowledge = true, block_after = "2w" }
[groups]
support = "@support"
approvers = ["ana@acme.example", "bo@acme.example"]
[channels]
approvals = "approvals"
[data_classes.account]
label = "Account"
fields = ["id", "name"]
shown = "open"
[data_classes.contact]
fields = ["email"]
shown = "masked"
[purposes.tech_help]
clause = "the provision of technical support"
groups = ["support"]
default_for = ["support"]
data_classes = ["account", "contact"]
max_duration = "1h30m"
"""


def load(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "steward.toml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path)


def faults(tmp_path: Path, text: str) -> tuple[Fault, ...]:
    with pytest.raises(ConfigurationInvalid) as invalid:
        load(tmp_path, text)
    return invalid.value.faults


def line_of(text: str, beginning: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(beginning))


def test_a_whole_file(tmp_path: Path) -> None:
    read = load(tmp_path, WHOLE)
    assert (read.company.name, read.company.timezone) == ("Acme", "Europe/Riga")
    assert (read.policy.source, read.policy.check) == ("policy.md", "0 */6 * * *")
    assert read.policy.notice.at == time(9)
    assert read.policy.notice.channels == ("general",)
    assert (read.policy.notice.remind_after, read.policy.notice.block_after) == (timedelta(days=3), timedelta(days=14))
    assert read.groups == {"support": "support", "approvers": ("ana@acme.example", "bo@acme.example")}
    assert read.channels == {"approvals": "approvals"}
    purpose = read.rules.purposes["tech_help"]
    assert (purpose.label, purpose.approvals, purpose.approvers) == ("Tech help", 1, "approvers")
    assert (purpose.max_duration, purpose.default_for) == (timedelta(minutes=90), frozenset({"support"}))
    assert read.rules.data_classes["contact"].label == "Contact"
    assert read.rules.data_classes["contact"].shown is Shown.MASKED
    assert read.rules.pending_timeout == timedelta(hours=8)
    assert read.rules.kind_field is None
    assert (read.accounts.embedded, read.accounts.exact, read.accounts.title) == (True, ("email",), "name")
    assert len(read.fingerprint) == 64
    assert read.line("purposes.tech_help.clause") == line_of(WHOLE, "clause")


def test_it_can_not_be_changed(tmp_path: Path) -> None:
    read = load(tmp_path, WHOLE)
    with pytest.raises(TypeError):
        read.groups["more"] = "x"  # type: ignore[index]  # what the test is about
    with pytest.raises(TypeError):
        read.rules.purposes["more"] = read.rules.purposes["tech_help"]  # type: ignore[index]  # as above
    with pytest.raises(AttributeError):
        read.fingerprint = "x"  # type: ignore[misc]  # as above


def test_the_fields_that_find_an_account_may_be_chosen(tmp_path: Path) -> None:
    chosen = '[accounts]\nexact = []\nnames = ["name"]\ntitle = "id"\nkind_field = "name"\n'
    more = '[access]\npending_timeout = "45m"\n' + chosen
    read = load(tmp_path, WHOLE + more)
    assert (read.accounts.exact, read.accounts.names, read.accounts.title) == ((), ("name",), "id")
    assert (read.rules.kind_field, read.rules.pending_timeout) == ("name", timedelta(minutes=45))


@pytest.mark.parametrize("chosen", ['names = ["name", "email"]', 'title = "email"'])
def test_what_is_not_open_to_all_cannot_be_guessed_part_by_part(tmp_path: Path, chosen: str) -> None:
    with pytest.raises(ConfigurationInvalid, match="could be guessed part by part"):
        load(tmp_path, f"{WHOLE}[accounts]\n{chosen}\n")


CASES = [
    # (what stands there, what is written instead, where, words of what is wrong, words of the mend)
    ('timezone = "Europe/Riga"', 'timezon = "Europe/Riga"', "company.timezon", "not a key of [company]", "“timezone”"),
    ('timezone = "Europe/Riga"', 'timezone = "Riga"', "company.timezone", "not a time zone", "Europe/Riga"),
    ('timezone = "Europe/Riga"', 'timezone = "Europa/Berlin"', "company.timezone", "not a time zone", "Europe/Berlin"),
    ('name = "Acme"', 'name = " "', "company.name", "empty", "words"),
    ('name = "Acme"', "name = 3", "company.name", "text", "quotes"),
    ('contact = "privacy@acme.example"', "", "company.contact", "missing", "contact ="),
    ('check = "0 */6 * * *"', 'check = "hourly"', "policy.check", "cron", "minute, hour"),
    ('check = "0 */6 * * *"', 'check = "0 99 * * *"', "policy.check", "cron", "minute, hour"),
    ('at = "09:00"', 'at = "9 o\'clock"', "policy.notice.at", "time of day", "09:00"),
    ('"3d"', '"soon"', "policy.notice.remind_after", "not a duration", "14d"),
    ("acknowledge = true", 'acknowledge = "yes"', "policy.notice.acknowledge", "true or false", "without quotes"),
    ("acknowledge = true", "acknowledged = true", "policy.notice.acknowledged", "not a key", "“acknowledge”"),
    ('support = "@support"', 'support = "help desk"', "groups.support", "one name", "without spaces"),
    ('support = "@support"', 'support = "a@acme.example"', "groups.support", "e-mail", "list"),
    ('"bo@acme.example"', '"bo"', "groups.approvers", "Number 2", "addresses"),
    ('["ana@acme.example", "bo@acme.example"]', "[]", "groups.approvers", "empty", "addresses"),
    ('support = "@support"', 'Support = "support"', "groups.Support", "typed", "small letters"),
    ('approvals = "approvals"', "", "channels.approvals", "decided in", "approvals ="),
    ('approvals = "approvals"', 'approval = "approvals"', "channels.approval", "not a key", "“approvals”"),
    ('shown = "open"', 'shown = "visible"', "data_classes.account.shown", "not possible", '"masked"'),
    ('["email"]', "[]", "data_classes.contact.fields", "needs fields", "remove it"),
    ('["email"]', '["email", "name"]', "data_classes.contact.fields", "account and contact", "one data class"),
    ('["email"]', '["email", "email"]', "data_classes.contact.fields", "twice", "one data class"),
    ('["email"]', '["e-mail"]', "data_classes.contact.fields", "field's name", "letters"),
    ('["id", "name"]', '["name"]', "data_classes", "“id”", "open class"),
    ('groups = ["support"]', 'groups = ["suport"]', "purposes.tech_help.groups", "no group “suport”", "“support”"),
    ('groups = ["support"]', "groups = []", "purposes.tech_help.groups", "No group", "Name"),
    ('groups = ["support"]', 'groups = "support"', "purposes.tech_help.groups", "list", "square brackets"),
    ('default_for = ["support"]', 'default_for = ["approvers"]', "purposes.tech_help.default_for", "may not", "groups"),
    ('["account", "contact"]', '["acount"]', "purposes.tech_help.data_classes", "“acount”", "“account”"),
    ('["account", "contact"]', "[]", "purposes.tech_help.data_classes", "shows nothing", "data classes"),
    ('"1h30m"', '"31d"', "purposes.tech_help.max_duration", "30 days", "30d"),
    ('"1h30m"', '"0h"', "purposes.tech_help.max_duration", "no time", "longer"),
    ('"1h30m"', '"-2h"', "purposes.tech_help.max_duration", "not a duration", "4h"),
    ('"1h30m"', '"90"', "purposes.tech_help.max_duration", "not a duration", "90m"),
    ('"1h30m"', "90", "purposes.tech_help.max_duration", "not a duration", "90m"),
    ('"1h30m"', '"9999999w"', "purposes.tech_help.max_duration", "ten years", "shorter"),
    ('"1h30m"', '"4h"\napprovals = 6', "purposes.tech_help.approvals", "not possible", "Write 1"),
    ('"1h30m"', '"4h"\napprovals = true', "purposes.tech_help.approvals", "not possible", "Write 1"),
    ('"1h30m"', '"4h"\napprovers = "aprovers"', "purposes.tech_help.approvers", "no group", "“approvers”"),
    ('clause = "the provision of technical support"', "", "purposes.tech_help.clause", "missing", "clause ="),
    ("[data_classes.contact]", "[data_clases.contact]", "data_clases", "not a key of the file", "“data_classes”"),
    (
        "[purposes.tech_help]",
        "[purposes.tech_help]\n[accounts]\nsorce = 1\n[purposes.b]",
        "accounts.sorce",
        "key",
        "source",
    ),
]


@pytest.mark.parametrize(("there", "instead", "where", "what", "mend"), CASES)
def test_a_fault(tmp_path: Path, there: str, instead: str, where: str, what: str, mend: str) -> None:
    assert WHOLE.count(there) >= 1
    changed = WHOLE.replace(there, instead, 1)
    found = [fault for fault in faults(tmp_path, changed) if fault.where == where]
    assert len(found) == 1, [str(fault) for fault in faults(tmp_path, changed)]
    assert what in found[0].what
    assert mend in found[0].mend
    if instead and where != "data_classes":
        written = next(
            line for line in changed.splitlines() if line not in WHOLE.splitlines() and where.rsplit(".")[-1] in line
        )
        assert found[0].line == changed.splitlines().index(written) + 1


def test_all_faults_at_once(tmp_path: Path) -> None:
    changed = WHOLE
    for there, instead in (('"Acme"', "3"), ('["support"]', '["suport"]'), ('"1h30m"', '"31d"'), ("label", "lable")):
        changed = changed.replace(there, instead, 1)
    found = faults(tmp_path, changed)
    assert {fault.where for fault in found} == {
        "company.name",
        "data_classes.account.lable",
        "purposes.tech_help.groups",
        "purposes.tech_help.default_for",
        "purposes.tech_help.max_duration",
    }
    assert [fault.line for fault in found] == sorted(fault.line or 0 for fault in found)


def test_a_group_has_one_default(tmp_path: Path) -> None:
    second = WHOLE[WHOLE.index("[purposes.tech_help]") :].replace("tech_help", "other")
    found = faults(tmp_path, WHOLE + second)
    assert [(fault.where, "tech_help" in fault.what) for fault in found] == [("purposes.other.default_for", True)]


def test_an_empty_file_is_told_once_for_each_table(tmp_path: Path) -> None:
    found = faults(tmp_path, "")
    assert sorted(fault.where for fault in found) == ["company", "data_classes", "groups", "policy", "purposes"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[company]\nname = "Acme\n', 2, "not closed"),
        ("[company]\nname = Acme\n", 2, "not written as TOML"),
        ('a = "x"\n\na = "y"\n', 3, "second time"),
        ("[a]\n[b]\n[a]\n", 3, "second time"),
        ("[a]\n[prüfung]\n", 2, "header can't be read"),
        ('[a]\nticket = "^LB-\\d+$"\n', 2, "within double quotes"),
        ("# c\nname\n", 2, "no key with a value"),
        ("# c\nnames = [\n  1,\n", 2, "never closed"),
        ("# c\nnames = [\n  1,\n[company]\nname = 1\n", 2, "never closed"),
        ("names = [\n  one,\n]\n", 1, "line 2"),
        ('a = 1\nb = """\n\n[company]\n', 2, "never closed"),
        ("[company]]\n", 1, "Something follows"),
    ],
)
def test_what_is_not_toml(tmp_path: Path, text: str, line: int, what: str) -> None:
    (found,) = faults(tmp_path, text)
    assert found.line == line
    assert what in found.what
    assert found.mend


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="There is no file") as invalid:
        load_configuration(tmp_path / "no.toml")
    assert "STEWARD_CONFIG" in invalid.value.faults[0].mend


def test_a_folder_and_other_encodings(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="can't be read"):
        load_configuration(tmp_path)
    (tmp_path / "latin.toml").write_bytes("[company]\nname = 'Acmé'".encode("latin-1"))
    with pytest.raises(ConfigurationInvalid) as invalid:
        load_configuration(tmp_path / "latin.toml")
    assert invalid.value.faults[0].line == 2


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "steward.toml").write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert load_configuration(tmp_path / "steward.toml").company.name == "Acme"


def test_addresses_of_people_are_in_no_message(tmp_path: Path) -> None:
    changed = WHOLE.replace('"bo@acme.example"', '"bo.acme.example"').replace('"@support"', '"ana@acme.example"')
    assert not any(
        "acme.example" in str(fault).replace("ana@company.example", "") for fault in faults(tmp_path, changed)
    )


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 99)
    | st.text("abc @:-", max_size=6)
    | st.sampled_from(["4h", "support", "id"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "fields", "groups", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value or ""}"'


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([n for n, line in enumerate(WHOLE.splitlines()) if " = " in line]), values)
def test_any_value_anywhere_is_read_or_told_with_its_line(tmp_path: Path, number: int, value: object) -> None:
    lines = WHOLE.splitlines()
    lines[number] = lines[number].split(" = ", 1)[0] + " = " + toml(value)
    try:
        load(tmp_path, "\n".join(lines))
    except ConfigurationInvalid as invalid:
        for fault in invalid.faults:
            assert fault.what
            assert fault.mend
            assert fault.line or fault.where == "channels.approvals"


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "DATABASE_URL", "STEWARD_CONFIG", "PORT"):
        monkeypatch.delenv(name, raising=False)
    empty = read_environment()
    assert (empty.slack_api_url, empty.database_url) == ("https://slack.com/api/", "sqlite:///steward.db")
    assert (empty.steward_config, empty.port, empty.socket_mode) == (Path("steward.toml"), 3000, False)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8300/api")
    monkeypatch.setenv("PORT", "")
    given_ = read_environment()
    assert (given_.slack_api_url, given_.port, given_.socket_mode) == ("http://127.0.0.1:8300/api/", 3000, True)


def test_secrets_are_not_shown() -> None:
    environment = Environment(
        slack_bot_token="xoxb-hunter2", slack_signing_secret="hunter2", database_url="postgresql://u:hunter2@h/d"
    )
    assert "hunter2" not in repr(environment)
    assert "hunter2" not in str(environment)


@pytest.mark.parametrize(("name", "value"), [("PORT", "web-secret"), ("SLACK_API_URL", "secret.example")])
def test_a_variable_that_can_not_be_read(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationInvalid, match=name) as invalid:
        read_environment()
    assert "secret" not in str(invalid.value)
    assert invalid.value.__cause__ is None
