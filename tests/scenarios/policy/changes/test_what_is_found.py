"""What is found where the policy is published: purposes that lose their clause, a source that fails, hostile words."""

from datetime import timedelta
from pathlib import Path

from tests.conftest import SettableClock
from tests.promises.surfaces import hidden_texts, marked_up, told
from tests.scenarios.harness import CLI, Steward
from tests.scenarios.policy.changes.publishing import (
    SOLD,
    SUPPORT,
    announce,
    desk,
    once,
    publish,
    sound,
)


@once
def test_the_desk_hears_which_purpose_loses_its_clause_and_whose_grants_rest_on_it(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 4h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Ticket HD-2211: newsletters bounce"})
    assert inese.submit() == {}
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    clock.now -= timedelta(hours=6)
    publish(folder, steward, clock, SUPPORT, "such as the help desk")
    shown = desk(steward)
    sound(shown)
    assert "live grants: R-1001" in shown.text
    assert "Technical support: its clause is gone: nobody can look anything up for it from now on" in shown.text


@once
def test_a_source_that_fails_is_said_once_and_when_it_is_well(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    path = folder / "policies" / "postwing.md"
    text = path.read_text()
    path.unlink()
    for _ in range(4):
        clock.advance(hours=6)
        assert steward.services.changes.watching.check(CLI).fault == "no_file"
    steward.deliver()
    shown = desk(steward)
    assert "The policy can't be read where it is published: the file is not there." in shown.text
    assert "4 checks in a row" in shown.text
    sound(shown)
    path.write_text(text)
    steward.services.changes.watching.check(CLI)
    steward.deliver()
    assert "can be read again" in desk(steward).text
    assert sum("can't be read" in one.text for one in steward.person("laila").read("privacy-desk")) == 0


@once
def test_what_a_page_says_is_data(steward: Steward, clock: SettableClock, folder: Path) -> None:
    hostile = r"We share it with \<!channel> Evil \*bold* Ltd in Peru, see \<@U0LAILA> & \<https://evil.example|us>. "
    publish(folder, steward, clock, SOLD, hostile + SOLD)
    shown = desk(steward)
    sound(shown)
    assert "Peru" in shown.text
    laila = steward.person("laila")
    laila.press("What changed?", in_="privacy-desk")
    assert "<!channel>" in laila.modal().text
    assert [one for text in marked_up(laila.modal().body) for one in told(text, set())] == []
    laila.close()
    announce(steward)
    assert all("Evil" not in one for one in hidden_texts(desk(steward).body))
