"""Slack's directory over the local Slack, and what happens when Slack does not answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from bot.access.people import Conversation, DirectoryUnavailable, Standing
from bot.delivery import directory as directory_module
from bot.delivery.directory import SlackDirectory
from bot.delivery.faults import NoSuchChannel
from slack_local.local_slack import LocalSlack
from tests.bot.delivery.office import Recording, recording_client
from tests.conftest import SettableClock

ROLES = {
    "support": "support",
    "approvers": "@access-approvers",
    "processors": "billing-partners",
    "auditors": ["Agnese@postwing.example", "nobody@postwing.example"],
    "nowhere": "no-such-group",
}
CHANNELS = {"approvals": "access-approvals", "general": "#general", "audit": "C0123456789", "gone": "no-such-channel"}


@pytest.fixture
def client(slack: LocalSlack) -> Recording:
    return recording_client(slack)


@pytest.fixture
def directory(client: Recording, clock: SettableClock) -> SlackDirectory:
    return SlackDirectory(client, ROLES, CHANNELS, clock)


@pytest.fixture
def inese(slack: LocalSlack) -> str:
    return slack.people["inese"].id


def test_a_person_with_their_roles(directory: SlackDirectory, slack: LocalSlack) -> None:
    person = directory.person(slack.team_id, slack.people["inese"].id)
    assert (person.name, person.email, person.team) == ("Inese", "inese@postwing.example", slack.team_id)
    assert (person.standing, person.roles) == (Standing.MEMBER, frozenset({"support"}))


def test_standings_of_guests_leavers_strangers_and_bots(directory: SlackDirectory, slack: LocalSlack) -> None:
    seen = {name: directory.person(slack.team_id, slack.people[name].id) for name in ("paula", "raitis", "erin")}
    bot = directory.person(slack.team_id, slack.bot_user)
    assert (seen["paula"].standing, seen["paula"].roles) == (Standing.GUEST, frozenset({"processors"}))
    assert (seen["raitis"].standing, seen["raitis"].roles) == (Standing.DEACTIVATED, frozenset())
    assert (seen["erin"].standing, seen["erin"].roles) == (Standing.STRANGER, frozenset())
    assert (bot.standing, bot.roles) == (Standing.BOT, frozenset())


def test_a_deactivated_member_of_a_group_has_no_role(directory: SlackDirectory, slack: LocalSlack, inese: str) -> None:
    slack.people["inese"].deactivate()
    assert directory.person(slack.team_id, inese).roles == frozenset()


def test_a_list_of_addresses_is_a_group(directory: SlackDirectory, slack: LocalSlack) -> None:
    agnese = slack.people["agnese"].id
    assert "auditors" in directory.person(slack.team_id, agnese).roles
    assert directory.members("auditors") == [agnese]


def test_members_of_a_group(directory: SlackDirectory, slack: LocalSlack) -> None:
    assert directory.members("approvers") == sorted(slack.groups["access-approvers"].members)
    assert directory.members("nowhere") == []


def test_the_cache_answers_for_a_minute_and_fresh_reads_slack(
    directory: SlackDirectory, client: Recording, slack: LocalSlack, inese: str, clock: SettableClock
) -> None:
    directory.person(slack.team_id, inese)
    slack.groups["support"].remove("inese")
    asked = len(client.called)
    assert directory.person(slack.team_id, inese).roles == {"support"}
    assert len(client.called) == asked
    assert directory.person(slack.team_id, inese, fresh=True).roles == frozenset()
    assert directory.person(slack.team_id, inese).roles == frozenset()
    slack.groups["support"].add("inese")
    clock.advance(seconds=60)
    assert directory.person(slack.team_id, inese).roles == {"support"}


def test_what_is_read_again_counts_though_the_rest_is_still_remembered(
    directory: SlackDirectory, client: Recording, slack: LocalSlack, inese: str, clock: SettableClock
) -> None:
    directory.person(slack.team_id, slack.people["agnese"].id)
    clock.advance(seconds=30)
    assert directory.person(slack.team_id, inese).roles == {"support"}
    slack.groups["support"].remove("inese")
    client.called.clear()
    clock.advance(seconds=30)
    assert directory.person(slack.team_id, inese).roles == frozenset()
    slack.people["inese"].deactivate()
    clock.advance(seconds=30)
    assert directory.person(slack.team_id, inese).standing is Standing.DEACTIVATED
    assert client.called == ["usergroups.list", "users.info"]


def test_who_is_ours_is_a_stranger_when_another_workspace_names_them(
    directory: SlackDirectory, slack: LocalSlack, inese: str
) -> None:
    assert directory.person(slack.team_id, inese).standing is Standing.MEMBER
    assert directory.person("T0ANOTHER", inese).standing is Standing.STRANGER
    assert directory.person(slack.team_id, inese).roles == {"support"}


def test_many_at_once_ask_slack_once(
    directory: SlackDirectory, client: Recording, slack: LocalSlack, inese: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: directory.person(slack.team_id, inese), range(8)))
    assert len(set(found)) == 1
    assert sorted(client.called) == ["auth.test", "usergroups.list", "users.info"]


@pytest.mark.parametrize("method", ["users.info", "usergroups.list", "auth.test"])
@pytest.mark.parametrize("trouble", ["rate_limit", "status", "time_out", "error"])
def test_every_fault_of_slacks_leaves_the_person_unknown(
    directory: SlackDirectory, client: Recording, slack: LocalSlack, inese: str, method: str, trouble: str
) -> None:
    client.timeout = 1 if trouble == "time_out" else client.timeout
    if trouble == "error":
        slack.trouble.error(method, "missing_scope")
    else:
        getattr(slack.trouble, trouble)(method)
    with capture_logs() as logs, pytest.raises(DirectoryUnavailable):
        directory.person(slack.team_id, inese)
    assert method in [log["method"] for log in logs if log["event"] == "directory.unavailable"]
    assert "inese" not in repr(logs).casefold()
    client.timeout = 30
    assert directory.person(slack.team_id, inese).roles == {"support"}


def test_a_fresh_read_that_fails_does_not_fall_back_to_the_cache(
    directory: SlackDirectory, slack: LocalSlack, inese: str
) -> None:
    directory.person(slack.team_id, inese)
    slack.trouble.status("usergroups.list", 503)
    with pytest.raises(DirectoryUnavailable):
        directory.person(slack.team_id, inese, fresh=True)


def test_a_user_that_slack_does_not_have_is_a_stranger(directory: SlackDirectory, slack: LocalSlack) -> None:
    for fresh in (False, True):
        nobody = directory.person(slack.team_id, "U0NOBODY00", fresh=fresh)
        assert (nobody.id, nobody.standing, nobody.roles) == ("U0NOBODY00", Standing.STRANGER, frozenset())
        assert nobody.email is None


def test_slack_that_is_not_there(directory: SlackDirectory, slack: LocalSlack, client: Recording, inese: str) -> None:
    client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(DirectoryUnavailable):
        directory.person(slack.team_id, inese)


def test_conversations(directory: SlackDirectory, slack: LocalSlack) -> None:
    assert directory.conversation(slack.channels["support"].id) is Conversation.INTERNAL
    assert directory.conversation(slack.channels["acme-postwing"].id) is Conversation.SHARED
    assert directory.conversation(slack.people["inese"].dm) is Conversation.INTERNAL


def test_a_channel_that_the_app_joins_is_known_at_once(directory: SlackDirectory, slack: LocalSlack) -> None:
    partners = slack.channels["partners-billing"]
    assert directory.conversation(partners.id) is Conversation.UNKNOWN
    partners.invite(slack.bot_user)
    assert directory.conversation(partners.id) is not Conversation.UNKNOWN


def test_channels_by_name_and_by_id(directory: SlackDirectory, slack: LocalSlack, client: Recording) -> None:
    assert directory.channel_id("approvals") == slack.channels["access-approvals"].id
    assert directory.channel_id("general") == slack.channels["general"].id
    assert directory.channel_id("audit") == "C0123456789"
    for role in ("gone", "not-configured"):
        with pytest.raises(NoSuchChannel):
            directory.channel_id(role)


def test_channels_are_read_page_by_page(
    directory: SlackDirectory, slack: LocalSlack, client: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_module, "CHANNELS_PAGE", 2)
    assert directory.channel_id("approvals") == slack.channels["access-approvals"].id
    assert client.called.count("conversations.list") > 1


def test_warming_keeps_those_known_who_were_there_lately(
    directory: SlackDirectory, slack: LocalSlack, client: Recording, inese: str, clock: SettableClock
) -> None:
    directory.warm()
    directory.person(slack.team_id, inese)
    for _ in range(4):
        clock.advance(seconds=30)
        directory.warm()
    client.called.clear()
    assert directory.person(slack.team_id, inese).roles == {"support"}
    assert client.called == []
