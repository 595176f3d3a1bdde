"""Whose a payload is: one workspace's, or nobody's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hosting.addressee import PRESSED, addressee_of

APP = "A1"
TEAMS = st.sampled_from(["T1", "T2", "T3"])
SENDERS = st.one_of(
    st.builds(lambda team: {"team": {"id": team, "domain": "x"}}, TEAMS),
    st.builds(lambda team: {"team": None, "user": {"id": "U1", "team_id": team}}, TEAMS),
    st.builds(lambda team: {"team_id": team}, TEAMS),
)
MADE = st.fixed_dictionaries(
    {},
    optional={
        "view": st.builds(lambda team: {"app_installed_team_id": team, "team_id": "T9"}, TEAMS),
        "message": st.builds(lambda team: {"app_id": APP, "bot_profile": {"team_id": team}}, TEAMS),
    },
)


def _made(body: dict[str, Any]) -> set[str]:
    view, message = body.get("view"), body.get("message")
    return {
        *([view["app_installed_team_id"]] if view else []),
        *([message["bot_profile"]["team_id"]] if message else []),
    }


@given(st.sampled_from(sorted(PRESSED)), SENDERS, MADE)
def test_what_was_pressed_belongs_to_the_installation_that_made_it(
    kind: str, sender: dict[str, Any], made: dict[str, Any]
) -> None:
    body = {"type": kind, "api_app_id": APP, **sender, **made}
    found, makers = addressee_of(body), _made(body)
    if len(makers) > 1:
        assert found is None
    elif makers:
        assert found is not None
        assert {found.team} == makers
    else:
        assert found is not None
        assert found.team in str(sender)


@given(SENDERS, st.lists(TEAMS, max_size=3))
def test_an_event_goes_to_the_installation_that_it_was_sent_to(sender: dict[str, Any], teams: list[str]) -> None:
    body = {"type": "event_callback", **sender, "authorizations": [{"team_id": team} for team in teams]}
    found = addressee_of(body)
    if len(set(teams)) > 1:
        assert found is None
    else:
        assert found is not None
        assert found.team == (teams[0] if teams else found.team)


def test_a_message_of_another_app_says_nothing_of_the_addressee() -> None:
    message = {"app_id": "A2", "bot_profile": {"team_id": "T2"}}
    found = addressee_of({"type": "block_actions", "api_app_id": APP, "team": {"id": "T1"}, "message": message})
    assert found is not None
    assert found.team == "T1"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"command": "/account", "team_id": ""},
        {"command": "/account", "team_id": "T1", "is_enterprise_install": "true"},
        {"type": "block_actions", "team": {"id": "T1"}, "is_enterprise_install": True},
        {
            "type": "event_callback",
            "team_id": "T1",
            "authorizations": [{"team_id": "T1", "is_enterprise_install": True}],
        },
        {"type": "view_submission", "team": ["T1"], "view": "T1"},
    ],
)
def test_what_names_no_one_workspace_is_nobodys(body: dict[str, Any]) -> None:
    assert addressee_of(body) is None


def test_the_grid_is_told_where_it_is_the_workspaces_own() -> None:
    own = addressee_of({"command": "/account", "team_id": "T1", "enterprise_id": "E1"})
    assert own is not None
    assert own.enterprise == "E1"
    pressed = {"type": "view_submission", "team": {"id": "T2"}, "enterprise": {"id": "E2"}}
    others = addressee_of({**pressed, "view": {"app_installed_team_id": "T1"}})
    assert others is not None
    assert (others.team, others.enterprise) == ("T1", None)
