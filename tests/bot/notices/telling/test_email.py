"""The e-mail to customers, and the page of a version that takes effect later: from the facts, in the company's name."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.notices.comparing.difference import compare
from bot.notices.pages import FEED, INDEX, PublishedVersion, Site, site_files
from bot.notices.telling.email import Sender, as_html, as_text, customer_email
from bot.notices.telling.email_words import words_for
from bot.privacy.text import read_policy

RIGA = ZoneInfo("Europe/Riga")
OLD = read_policy(b"# Policy\n\n## Keeping\n\nWe keep invoices for 30 days.\n", "old.md")
NEW = read_policy(b"# Policy\n\n## Keeping\n\nWe keep invoices for 90 days & more.\n", "new.md")
NOW, LATER = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 31, 21, tzinfo=UTC)
SENDER = Sender("Postwing", "privacy@postwing.example", "https://postwing.example/privacy", RIGA)


def test_it_says_what_changes_from_when_and_whom_to_ask() -> None:
    said = as_text(customer_email(SENDER, LATER, None, compare(OLD, NEW), NOW))
    assert said.startswith("Subject: The privacy policy of Postwing changes on 1 June 2026\n")
    assert "“We keep invoices for 90 days & more.”" in said
    assert "(Keeping)" in said
    assert "https://postwing.example/privacy" in said
    assert said.rstrip().endswith("Postwing")
    assert "privacy@postwing.example" in said


def test_words_of_the_policy_are_no_markup_on_the_page() -> None:
    page = as_html(customer_email(SENDER, LATER, "We keep <i>invoices</i> longer.", compare(OLD, NEW), LATER))
    assert "<title>The privacy policy of Postwing changed on 1 June 2026</title>" in page
    assert "90 days &amp; more" in page
    assert "<i>" not in page


def test_an_announced_version_is_published_with_the_day_it_takes_effect() -> None:
    coming = PublishedVersion(NEW.hash, NEW, LATER, NOW)
    site = Site(
        "Postwing", SENDER.contact, RIGA, (coming, PublishedVersion(OLD.hash, OLD, datetime(2026, 1, 1, tzinfo=UTC)))
    )
    files = {name: content.decode() for name, content in site_files(site).items()}
    assert "Takes effect on 1 June 2026" in files[INDEX]
    assert "In force since 1 January 2026" in files[INDEX]
    assert "Takes effect on 1 June 2026" in files[coming.page]
    assert "Takes effect on 1 June 2026" in files[FEED]
    assert "<updated>2026-05-01T00:00:00Z</updated>" in files[FEED]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Wir löschen die Daten nach 30 Tagen.", "Wir löschen die Daten nach 90 Tagen.",
         ("Acme: Unsere Datenschutzerklärung ändert sich am 1. März 2026", "Lautet jetzt", "„Wir löschen die Daten")),
        ("Nous gardons les données pour vous.", "Nous gardons les données pour nous.",
         ("politique de confidentialité change le 1 mars 2026", "Devient", "«\u00a0Nous gardons")),
        ("Guardamos los datos de usted por un año.", "Guardamos los datos de usted por dos años.",
         ("cambia el 1 de marzo de 2026", "Ahora dice", "«Guardamos")),
        ("Mēs glabājam jūsu datus un nekad tos nepārdodam.", "Mēs glabājam jūsu datus un reti tos pārdodam.",
         ("mainās 2026. gada 1. martā", "skan", "„Mēs glabājam")),
    ],
)  # fmt: skip
def test_it_is_written_in_the_policys_language(before: str, after: str, words: tuple[str, ...]) -> None:
    sender = Sender("Acme", "privacy@acme.example", "https://acme.example/p", RIGA)
    day = datetime(2026, 2, 28, 22, tzinfo=UTC)
    texts = (read_policy(f"# P\n\n{one}\n".encode(), "p.md") for one in (before, after))
    said = as_text(customer_email(sender, day, None, compare(*texts), day - timedelta(days=30)))
    assert [one for one in words if one not in said] == []
    assert not re.search(r"Hello|privacy policy|sentence|You need", said)


def test_a_latvian_day_ends_as_it_does_in_a_sentence() -> None:
    told = words_for("Mēs glabājam jūsu datus un nekad tos nepārdodam.")
    days = [told.date(datetime(2026, month, 12, tzinfo=UTC)) for month in range(1, 13)]
    assert days[0] == "2026. gada 12. janvārī"
    assert [day for day in days if not re.fullmatch(r"2026\. gada 12\. \w+[āī]", day)] == []
    assert len({*days}) == 12
