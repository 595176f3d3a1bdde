"""Asking otherwise: at once while on duty, for later, for somebody else; limits, usual reasons and tickets."""

from datetime import UTC, datetime

from tests.conftest import SettableClock
from tests.scenarios.access.asking import ANSWERS, approvals, ask
from tests.scenarios.access.configured import Configured, fill
from tests.scenarios.access.configured import configured as configured
from tests.scenarios.harness import Steward


def test_on_duty_at_once_and_off_duty_not(configured: Configured, clock: SettableClock) -> None:
    steward = configured(purpose='on_duty = { hours = [{ days = ["monday"], start = "10:00", end = "12:00" }] }')
    inese = steward.person("inese")
    name = ask(steward)  # Monday 11:00 in Riga
    assert (
        f"Granted until 13:00 (in 2 h)* · Contact details of pw-00412 · granted to people on duty · {name}".replace(
            "*", ""
        )
        in inese.dm()[-1].text
    )
    entry = steward.audit(grant=name)[-1]
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("access.request", "granted", "on_duty")
    assert steward.person("janis").read("access-approvals") == []
    assert fill(steward, Account="pw-00500") == {}
    assert "needs 2 of @access-approvers" in approvals(steward)  # an individual's: the policy's one more
    inese.close()
    clock.advance(hours=1)
    fill(steward, Account="pw-00413")
    assert "R-1003 sent" in inese.modal().text
    inese.close()
    inese.type(f"/access extend {name} 1h", channel="general")
    inese.fill({"Why?": "The customer is still testing it"})
    inese.submit()
    assert "sent" in inese.modal().text  # off duty, more time is decided


def test_for_later(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    inese.type("/access pw-00412 for technical support 2h from 14:00", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": str(ANSWERS["Why?"])})
    assert inese.submit() == {}
    inese.close()
    steward.deliver()
    assert "2 h, from 14:00" in approvals(steward)
    assert "If approved now: until 16:00" in approvals(steward)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Granted from 14:00 until 16:00 (2 h)" in inese.dm()[-1].text
    assert list(inese.dm()[-1].buttons) == ["End now"]
    inese.type("/access mine", channel="general")
    assert "from 14:00 until 16:00" in inese.read("general")[-1].text
    inese.type("/account pw-00412", channel="general")
    assert "Reveal" not in inese.read("general")[-1].buttons
    clock.advance(hours=3)
    steward.tick()
    assert "R-1001 has begun" in inese.dm()[-1].text
    assert "has Contact details until 16:00" in approvals(steward)
    inese.type("/account pw-00412", channel="general")
    assert "Reveal" in inese.read("general")[-1].buttons
    clock.advance(hours=2)
    steward.tick()
    assert "R-1001 ended at 16:00" in inese.dm()[-1].text


def test_approved_after_its_start_it_lasts_from_approval(steward: Steward, clock: SettableClock) -> None:
    start = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert fill(steward, **{"From when?": start}) == {}
    clock.advance(hours=2)
    assert "from 12:00" in approvals(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Granted until 15:00 (in 2 h)" in steward.person("inese").dm()[-1].text


def test_a_grant_for_later_can_be_given_back_before(steward: Steward, clock: SettableClock) -> None:
    inese = steward.person("inese")
    fill(steward, **{"From when?": datetime(2026, 3, 3, 7, 0, tzinfo=UTC)})
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    inese.close()
    inese.press("End now", in_="dm")
    clock.advance(days=1)
    steward.tick()
    assert not any("has begun" in one.text for one in inese.dm())
    assert [one["action"] for one in steward.audit(grant="R-1001")].count("access.expire") == 0


def test_when_must_be_clear(steward: Steward) -> None:
    inese = steward.person("inese")
    assert "past" in fill(steward, **{"From when?": datetime(2026, 3, 1, 7, 0, tzinfo=UTC)})["From when?"]
    inese.close()
    assert "30 days" in fill(steward, **{"From when?": datetime(2026, 5, 1, 7, 0, tzinfo=UTC)})["From when?"]
    inese.close()
    inese.type("/access pw-00412 for technical support 2h from somewhen", channel="general")
    assert "I can't read somewhen as a time" in inese.read("general")[-1].text


def test_on_behalf_of_another(steward: Steward) -> None:
    inese, kaspars, martins = (steward.person(one) for one in ("inese", "kaspars", "martins"))
    assert fill(steward, "martins", **{"For whom?": "kaspars"}) == {}
    assert "for @Kaspars" in martins.modal().text
    martins.close()
    assert "@Mārtiņš Kalniņš asks on behalf of @Kaspars Liepiņš for Contact details" in approvals(steward)
    assert "@Mārtiņš Kalniņš asks for Contact details of pw-00412 on your behalf" in kaspars.dm()[-1].text
    martins.press("Approve", in_="access-approvals")
    assert "You can't decide your own request" in martins.read("access-approvals")[-1].text
    assert steward.audit(grant="R-1001")[0]["reason"] == "on_behalf"
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Granted until 13:00" in kaspars.dm()[-1].text
    assert "R-1001 for @Kaspars Liepiņš" in martins.dm()[-1].text
    inese.type("/account pw-00412", channel="general")
    assert "Reveal" not in inese.read("general")[-1].buttons
    kaspars.type("/account pw-00412", channel="general")
    assert "Reveal" in kaspars.read("general")[-1].buttons


def test_whoever_it_is_for_cancels_it(steward: Steward) -> None:
    kaspars, martins = steward.person("kaspars"), steward.person("martins")
    fill(steward, "martins", **{"For whom?": "kaspars"})
    kaspars.press("Cancel request", in_="dm")
    steward.deliver()
    assert "Withdrawn by @Kaspars Liepiņš" in martins.dm()[-1].text
    assert "Withdrawn by @Kaspars Liepiņš" in approvals(steward)


def test_both_are_checked(steward: Steward) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    assert "can't have access" in fill(steward, **{"For whom?": "edgars"})["For whom?"]
    inese.close()
    assert steward.last()["reason"] == "not_their_purpose"
    assert fill(steward, "janis", **{"For whom?": "inese"}) == {}  # who decides about it may ask for others
    janis.close()
    assert "You are in no group" in fill(steward, "janis", Account="pw-00413")["Purpose"]


def test_open_requests_and_grants(configured: Configured, clock: SettableClock) -> None:
    steward = configured(access="open_requests = 1\nopen_grants = 2")
    inese, janis = steward.person("inese"), steward.person("janis")
    ask(steward)
    said = fill(steward, Account="pw-00413")["Account"]
    assert "1 request may wait for a decision at once" in said
    assert "19:00" in said
    assert steward.last()["reason"] == "too_many_requests"
    inese.close()
    for account in ("", "pw-00413"):
        if account:
            ask(steward, account=account)
        janis.press("Approve", in_="access-approvals")
        steward.deliver()
    said = fill(steward, Account="pw-00414")["Account"]
    assert "2 grants may be open at once" in said
    assert "at 13:00 (in 2 h)" in said
    assert steward.last()["reason"] == "too_many_grants"
    inese.close()
    clock.advance(hours=2)
    assert fill(steward, Account="pw-00414") == {}


def test_more_time_at_once_where_the_purpose_says_so(configured: Configured, clock: SettableClock) -> None:
    """Somebody agreed to the grant; nobody has to for more time, to the last minute of the cap."""
    steward = configured(purpose='extend = "at_once"')
    inese, janis = steward.person("inese"), steward.person("janis")
    name = ask(steward)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    for more, until in (("1h 59m", "14:59"), ("1m", "15:00")):
        inese.type(f"/access extend {name} {more}", channel="general")
        inese.fill({"Why?": "The customer is still testing it"})
        assert inese.submit() == {}
        inese.close()
        steward.deliver()
        last = steward.last()
        assert (last["action"], last["outcome"], last["reason"]) == ("access.extend", "granted", "no_approval_needed")
        assert f"until {until}" in inese.dm()[-1].text
    inese.type(f"/access extend {name} 1m", channel="general")
    assert steward.last()["reason"] == "cap_reached"


def test_look_ups_in_an_hour(configured: Configured, clock: SettableClock) -> None:
    steward = configured(purpose="lookups_per_hour = 2")
    inese, kaspars = steward.person("inese"), steward.person("kaspars")
    for _ in range(2):
        inese.type("/account pw-00412", channel="general")
        clock.advance(minutes=10)
    for _ in range(2):
        inese.type("/account pw-00413", channel="general")
        said = inese.read("general")[-1].text
        assert "You have looked up 2 times within an hour, which is the most. You can go on at 12:00" in said
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "too_many_look_ups")
    inese.type("/account pw-00413 for customer service", channel="general")
    assert "Bean There" in inese.read("general")[-1].text
    kaspars.type("/account pw-00413", channel="general")
    assert "Bean There" in kaspars.read("general")[-1].text
    clock.advance(minutes=40)
    inese.type("/account pw-00413", channel="general")
    assert "Bean There" in inese.read("general")[-1].text


def test_a_form_shows_no_names_to_who_may_look_nobody_up(configured: Configured, clock: SettableClock) -> None:
    """Searching in the form for access counts like a look-up, and ends where look-ups do; an exact id is taken."""
    steward = configured(purpose="lookups_per_hour = 2")
    steward.person("inese").type("/account pw-00412", channel="general")
    assert "Bean There" in fill(steward, Account="bean")["Account"]
    said = fill(steward, Account="bean")["Account"]
    assert "you looked up as often as you may within an hour" in said
    assert "Bean" not in said
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "too_many_look_ups")
    assert "often as you may" in fill(steward, Account="info@nobody.example\npw-00412")["Account"]
    assert fill(steward, Account="pw-00412") == {}
    clock.advance(hours=1, seconds=1)
    assert "Bean There" in fill(steward, Account="bean")["Account"]


def test_tickets_and_usual_reasons(configured: Configured) -> None:
    steward = configured(
        purpose='ticket = "^HD-\\\\d+$"\nticket_required = true\nreasons = ["Bounce analysis", "Delivery: slow"]'
    )
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill(ANSWERS | {"Ticket": "whatever"})
    assert "Write one like HD-2211" in inese.submit()["Ticket"]
    inese.fill({"Usual reasons": "Delivery: slow"})
    inese.fill({"Ticket": "HD-7"})
    assert inese.submit() == {}
    steward.deliver()
    (entry,) = [one for one in steward.audit(grant="R-1001") if one["action"] == "access.request"]
    assert entry["justification"] == f"Delivery: slow: {ANSWERS['Why?']}"
    assert str(entry["justification"]) in approvals(steward)
    assert entry["ticket"] == "HD-7"
