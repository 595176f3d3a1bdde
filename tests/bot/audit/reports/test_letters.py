"""The report's paper where its own font lacks letters: fonts that the company names, and letters that none has."""

from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # it has no types

from bot.audit.reports import pdf, words
from bot.audit.reports.letters import fault_of
from handlers.views.privacy import reports as views
from tests.bot.audit.reports.samples import a_report, disclosure


def test_letters_that_no_font_has_are_named_and_never_boxes_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = a_report([disclosure(ticket="漢-1")], name="漢字 Kafé\ufe0f")
    bare = pdf.printed(made)
    assert bare.unprinted == ("字", "漢")
    assert "◊◊ Kafé, account" in words_of(bare.content)
    assert "◊ stands for a letter that this paper can't show (Chinese)." in words_of(bare.content)
    assert "U+" not in words_of(bare.content), "a customer reads it"
    half = pdf.printed(replace(made, fonts=(a_font(tmp_path / "one.ttf", "漢"),)))
    assert half.unprinted == ("字",)
    assert "漢◊ Kafé" in words_of(half.content)
    both = (tmp_path / "one.ttf", tmp_path / "gone.ttf", a_font(tmp_path / "other.ttf", "字"))
    whole = pdf.printed(replace(made, fonts=both))
    assert whole.unprinted == ()
    assert "漢字 Kafé" in words_of(whole.content)
    assert "◊" not in words_of(whole.content)
    assert pdf.render(replace(made, fonts=both)) == whole.content
    assert "missing" not in caplog.text  # the library's own word for boxes


def test_a_customer_is_told_which_writing_the_paper_lacks() -> None:
    assert "that this paper can't show (Arabic, Chinese)." in words.unprinted(("ا", "ل", "字"), "◊")
    assert "can't show. The web page of this report does." in words.unprinted(("💥",), "◊")


def test_what_only_some_faces_have_comes_from_another(caplog: pytest.LogCaptureFixture) -> None:
    """The italics, in which the policy is quoted, have no Greek and no Cyrillic letters."""
    made = pdf.printed(a_report([disclosure()], name="Ελληνικά Кириллица"))
    assert made.unprinted == ()
    assert "Ελληνικά Кириллица, account" in words_of(made.content)
    report = a_report([disclosure()])
    quoted = replace(report.meanings[0], quote="Το απόρρητό σας")
    made = pdf.printed(replace(report, meanings=(quoted,)))
    assert made.unprinted == ()
    assert "“Το απόρρητό σας”" in words_of(made.content)
    assert caplog.records == []


def test_letters_that_join_are_shaped_and_read_from_the_right(tmp_path: Path) -> None:
    """Seen from the left, the last letter of a word in Hebrew comes first."""
    made = a_report([disclosure()], name="אב")
    file = a_font(tmp_path / "hebrew.ttf", "אב")
    printed = pdf.printed(replace(made, fonts=(file,)))
    assert printed.unprinted == ()
    places = places_of(printed.content, "אב")
    assert places["א"] > places["ב"]


def a_font(path: Path, letters: str) -> Path:
    """A font with a square for each of these letters."""
    names = [".notdef", *(f"u{ord(one):04X}" for one in letters)]
    pen = TTGlyphPen(None)
    for step, corner in enumerate(((0, 0), (0, 700), (700, 700), (700, 0))):
        (pen.lineTo if step else pen.moveTo)(corner)
    pen.closePath()
    square = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(one): f"u{ord(one):04X}" for one in letters})
    font.setupGlyf(dict.fromkeys(names, square))
    font.setupHorizontalMetrics(dict.fromkeys(names, (800, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return path


def words_of(content: bytes) -> str:
    """What is read on the first page."""
    with PdfDocument(content) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def places_of(content: bytes, letters: str) -> dict[str, float]:
    """How far from the left each of these letters stands on the first page, in points."""
    with PdfDocument(content) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        return {one: page.get_charbox(text.index(one))[0] for one in letters}


def test_a_font_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    assert fault_of(a_font(tmp_path / "one.ttf", "漢")) is None
    assert fault_of(tmp_path / "gone.ttf") == "it is not there"
    (tmp_path / "text.ttf").write_text("no font")
    assert "no font that can be read" in str(fault_of(tmp_path / "text.ttf"))


def test_the_officer_is_told_what_the_pdf_can_t_show() -> None:
    said = views.comment(a_report([disclosure()]), ("字", "漢"))
    assert "*The PDF can't show 字 漢*: no font here has that. Send the web page (HTML) instead." in said
    assert "can't show" not in views.comment(a_report([disclosure()]))
