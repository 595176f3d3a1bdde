"""What a payload may name: Slack's ids, and addresses of Slack's."""

import pytest

from bot.gate.genuine import LONGEST, fault_in

SLACK, LOCAL = "https://slack.com/api/", "http://127.0.0.1:8470/api/"
OURS = {"user_id": "U1", "team_id": "T1", "channel_id": "C1", "trigger_id": "1.2.a"}


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://u:p@hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "http://hooks.slack.com/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://hooks.slack.com\\@evil.example/x",
        "https://hooks.slack.com\n/x",
        "https://[::1/x",
        f"https://hooks.slack.com/{'a' * LONGEST}",
        "not an address",
        7,
        ["https://hooks.slack.com/x"],
    ],
)
def test_an_answer_goes_to_slack_and_nowhere_else(address: object) -> None:
    for api in (SLACK, LOCAL):
        assert fault_in({**OURS, "response_url": address}, api) == "foreign_response_url"


def test_slacks_own_addresses_and_those_of_the_slack_that_is_configured() -> None:
    for address in ("https://hooks.slack.com/commands/T1/2/x", "https://hooks.slack-gov.com/actions/T1/2/x", "", None):
        assert fault_in({**OURS, "response_url": address}, SLACK) is None
    assert fault_in({**OURS, "response_url": "http://127.0.0.1:8470/response/1"}, LOCAL) is None
    assert fault_in({**OURS, "response_url": "http://127.0.0.1:8471/response/1"}, LOCAL) == "foreign_response_url"
    assert fault_in({**OURS, "response_url": "http://127.0.0.1:8470/response/1"}, SLACK) == "foreign_response_url"


@pytest.mark.parametrize("name", ["", "<!channel>", "u1", "U1\x00", "U\u202e1", "\uff35\uff11", "U" * 65, 5, ["U1"]])
def test_an_id_is_one_of_slacks(name: object) -> None:
    for part in ("user_id", "team_id", "channel_id"):
        assert fault_in({**OURS, part: name}, SLACK) == "malformed_id"
    for part in ("user", "team", "channel"):
        assert fault_in({part: {"id": name}}, SLACK) == "malformed_id"


@pytest.mark.parametrize("trigger", ["a\x00b", "a\u202eb", "x" * (LONGEST + 1), 5, [], {}])
def test_a_trigger_is_a_short_text(trigger: object) -> None:
    assert fault_in({**OURS, "trigger_id": trigger}, SLACK) == "malformed_trigger"


def test_what_slack_leaves_out_is_no_fault() -> None:
    for body in (OURS, {"team": None, "user": {"id": "U1", "team_id": "T1"}}, {"type": "event_callback"}):
        assert fault_in(body, SLACK) is None
