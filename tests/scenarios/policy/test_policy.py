"""`/policy`: what is in force, its sections to read, and its history, through the real app."""

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.privacy.versions import Policy, import_policy, policy_in_force
from slack_local.people.shown import ShownView
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward

ORIGIN = Origin(Actor("cli:ana"), Surface.CLI)
SENTENCE = r"We keep what \<!channel> & *you* tell us for as long as your account is open. "


def publish(steward: Steward, clock: SettableClock, text: str) -> str:
    clock.advance(seconds=1)
    return import_policy(Ledger(steward.database, clock), clock, text.encode(), "policy.md", ORIGIN).version


def long_policy() -> str:
    sections = (f"## Section {number}\n\n{SENTENCE * 80}\n\n### Within\n\nMore.\n\n" for number in range(130))
    return "# Long policy\n\n" + "".join(sections)


def in_force(steward: Steward) -> Policy:
    with steward.database.reading() as connection:
        policy = policy_in_force(connection, steward.services.clock())
    assert policy is not None
    return policy


def plain_words(view: ShownView) -> str:
    texts = [one["text"] for one in view.body["blocks"] if one["type"] == "section"]
    return "\n\n".join(one["text"] for one in texts if one["type"] == "plain_text")


def test_the_policy_is_read_page_by_page_to_its_end(steward: Steward) -> None:
    nils = steward.person("nils")
    nils.type("/policy", channel="general")
    nils.press("Read the policy", in_="general")
    read = [plain_words(nils.modal())]
    assert "Page 1 of" in nils.modal().text
    while "Next" in nils.modal().buttons:
        nils.press("Next")
        read.append(plain_words(nils.modal()))
    assert len(nils.modals()) == 1
    policy = in_force(steward)
    assert all(policy.reading.quote(one) in "\n\n".join(read) for one in policy.reading.sentences)


def test_a_section_is_chosen_and_another_from_there(steward: Steward) -> None:
    policy = in_force(steward)
    first, *_, last = policy.headings
    nils = steward.person("nils")
    nils.type("/policy", channel="general")
    nils.choose(last.text, in_="general")
    assert policy.reading.section(len(policy.headings) - 1)[:80] in plain_words(nils.modal())
    nils.press("Back")
    nils.choose(first.text)
    assert first.text in nils.modal().text
    assert len(nils.modals()) == 1


def test_a_very_long_policy_fits_slack_and_is_shown_as_it_is(steward: Steward, clock: SettableClock) -> None:
    publish(steward, clock, long_policy())
    nils = steward.person("nils")
    nils.type("/policy", channel="general")
    nils.choose("Section 7", in_="general")
    view = nils.modal()
    assert plain_words(view).startswith("We keep what <!channel> & you tell us")
    assert plain_words(view).count("We keep what") == 80


def test_who_reads_one_version_goes_on_in_it_when_another_comes(steward: Steward, clock: SettableClock) -> None:
    publish(steward, clock, "# Old\n\n## One\n\nThe old first.\n\n## Two\n\nThe old second.\n")
    nils = steward.person("nils")
    nils.type("/policy", channel="general")
    nils.press("Read the policy", in_="general")
    publish(steward, clock, "# New\n\n## One\n\nThe new first.\n")
    nils.press("Next")
    assert "The old second." in nils.modal().text


def test_the_history_names_every_version(steward: Steward, clock: SettableClock) -> None:
    versions = [publish(steward, clock, f"# Policy\n\nNumber {number}.\n") for number in range(3)]
    nils = steward.person("nils")
    nils.type("/policy history", channel="general")
    shown = nils.read("general")[-1]
    assert all(version[:12] in shown.text for version in versions)


def test_a_word_that_is_no_subcommand_is_named(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/policy chnages")
    assert inese.read()[-1].text == "There is no /policy chnages. Did you mean /policy changes?"
    inese.type("/policy import https://postwing.example/privacy")
    assert "whoever runs me does it with steward policy import FILE-or-URL" in inese.read()[-1].text
    inese.type("/policy how `long` <!channel> & so")
    said = inese.read()[-1].text
    assert said.startswith("There is no /policy how ˋlongˋ <!channel> & so.\nThe privacy policy\n")
    assert "To ask what it says: /privacy do you sell my data?" in said
