"""No emergency access and no alert is taken out of the queue, or kept out of it, unseen."""

from bot.audit.faults import Code
from tests.bot.audit.integration.integrating import tamper
from tests.conftest import SettableClock
from tests.scenarios.access.emergencies import take
from tests.scenarios.audit.reviewing import refused, watch
from tests.scenarios.harness import Steward
from tests.scenarios.on_record.written import found

OUT = ("DELETE FROM review_links WHERE item = {0}", "DELETE FROM review_items WHERE number = {0}")
WORDS = "An emergency access is to be reviewed, and is not in the queue: it was taken out, or passed over."


def test_an_emergency_stays_in_the_queue(steward: Steward, clock: SettableClock) -> None:
    take(steward)
    watch(steward, clock)
    clock.advance(hours=2)
    take(steward, "pw-00413", "kaspars")
    assert found(steward) is None  # the watch has not come to it
    watch(steward, clock)
    assert (found(steward), steward.count("review_items")) == (None, 2)
    tamper(steward.database, *(one.format(2) for one in OUT))
    assert found(steward) == (Code.OTHER_VERDICT, WORDS)


def test_the_watch_is_moved_past_none(steward: Steward, clock: SettableClock) -> None:
    take(steward)
    watch(steward, clock)
    clock.advance(hours=2)
    take(steward, "pw-00413", "kaspars")
    steward.integrator.step()
    tamper(steward.database, "UPDATE review_cursor SET position = 900")
    watch(steward, clock)
    assert found(steward) == (Code.OTHER_VERDICT, WORDS)


def test_an_alert_stays_in_the_queue(steward: Steward, clock: SettableClock) -> None:
    refused(steward, clock)
    assert steward.count("review_items WHERE kind = 'alert'") == 1
    assert found(steward) is None
    tamper(steward.database, *(one.format(1) for one in OUT))
    assert (found(steward) or ("", ""))[1] == WORDS.replace("An emergency access", "An alert")
