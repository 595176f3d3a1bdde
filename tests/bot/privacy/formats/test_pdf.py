"""PDF: headings by their letters, lists, columns, running lines; and files that can't be read."""

import io
import subprocess
import sys
from collections.abc import Callable

import pytest
from fpdf import FPDF

from bot.privacy.faults import PolicyUnreadable, Reason
from bot.privacy.formats import pdf
from bot.privacy.formats.pdf_lines import Line
from bot.privacy.formats.pdf_paragraphs import blocks_of
from bot.privacy.text import PolicyText, read_policy

LONG = (
    "We collect the information that you give us when you open an account, which tends to include contact and payment "
    "information as well as e-mail addresses, and we keep it for as long as your account is open."
)


class Paper(FPDF):
    """A company's paper: its name on top of every page, the page's number below."""

    def header(self) -> None:
        self.set_font("helvetica", size=8)
        self.cell(0, 8, "Acme Ltd - Privacy Policy", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("helvetica", size=8)
        self.cell(0, 8, f"Page {self.page_no()} of 3", align="C")

    def say(self, text: str, size: float = 11, style: str = "", indent: float = 0) -> None:
        self.set_font("helvetica", style, size)
        self.set_x(self.l_margin + indent)
        self.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")


def policy_on_paper() -> bytes:
    paper = Paper()
    paper.add_page()
    paper.say("Privacy Policy", 22, "B")
    for number in range(1, 9):
        paper.say(f"{number}. Section {number}", 14, "B")
        paper.say(f"{LONG} {LONG}")
        paper.ln(3)
        paper.say("With whom we share", style="B")
        paper.say("We may share data with:")
        paper.say(
            f"{chr(149)} our bank, which needs the data of your card and your address to bill what you chose;", indent=6
        )
        paper.say(f"{chr(149)} our lawyers.", indent=6)
        paper.ln(3)
    return bytes(paper.output())


def two_columns() -> bytes:
    paper = FPDF()
    paper.add_page()
    paper.set_font("times", "B", 18)
    paper.multi_cell(0, 10, "Two columns", align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_font("times", "", 10)
    with paper.text_columns(ncols=2, gutter=8, text_align="J") as columns:
        for number in range(20):
            columns.write(f"Paragraph {number} begins. {LONG}\n\n")
    return bytes(paper.output())


def picture() -> bytes:
    from PIL import Image

    paper = FPDF()
    paper.add_page()
    paper.image(Image.new("L", (200, 300), 200), w=150)
    return bytes(paper.output())


def locked() -> bytes:
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=11)
    paper.cell(text=LONG)
    paper.set_encryption(owner_password="one", user_password="two")
    return bytes(paper.output())


def many_pages() -> bytes:
    paper = FPDF()
    for _ in range(401):
        paper.add_page()
    return bytes(paper.output())


def sentences(policy: PolicyText) -> list[str]:
    return [policy.quote(one) for one in policy.sentences]


def test_a_policy_on_paper() -> None:
    policy = read_policy(policy_on_paper(), "policy.pdf")
    assert policy.title == "Privacy Policy"
    expected = [name for number in range(1, 9) for name in (f"{number}. Section {number}", "With whom we share")]
    assert [one.text for one in policy.headings] == expected
    assert [one.level for one in policy.headings[:2]] == [2, 6]
    share = "We may share data with:"
    bank = "our bank, which needs the data of your card and your address to bill what you chose;"
    assert sentences(policy) == [LONG, LONG, share, bank, "our lawyers."] * 8
    assert policy.in_full(policy.sentences[4]) == f"{share} our lawyers."


def test_columns_are_read_one_after_another() -> None:
    policy = read_policy(two_columns(), "policy.pdf")
    assert sentences(policy) == [part for number in range(20) for part in (f"Paragraph {number} begins.", LONG)]


def test_the_same_words_as_pdf_and_as_text_are_the_same_version() -> None:
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=11)
    paper.multi_cell(0, 6, f"{LONG} {LONG}")
    assert read_policy(bytes(paper.output()), "a.pdf").hash == read_policy(f"{LONG} {LONG}".encode(), "a.txt").hash


@pytest.mark.parametrize(
    ("made", "reason", "words"),
    [
        (picture, Reason.ONLY_IMAGES, "pictures of pages only"),
        (locked, Reason.ENCRYPTED, "password"),
        (many_pages, Reason.TOO_LARGE, "400 pages"),
        (lambda: b"%PDF-1.7\nnothing", Reason.BROKEN, "broken"),
        (lambda: policy_on_paper()[:700], Reason.BROKEN, "broken"),
        (lambda: b"%PDF-1.7" + b"x" * 20_000_001, Reason.TOO_LARGE, "20 MB"),
    ],
)
def test_what_can_not_be_read_is_refused_with_the_reason(made: Callable[[], bytes], reason: Reason, words: str) -> None:
    with pytest.raises(PolicyUnreadable, match=words) as refused:
        read_policy(made(), "policy.pdf")
    assert refused.value.reason is reason


def test_a_reader_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = [sys.executable, "-c", "import time; time.sleep(60)"]
    run = subprocess.run
    monkeypatch.setattr(pdf, "SECONDS", -4.5)
    monkeypatch.setattr(subprocess, "run", lambda _command, **given: run(endless, **given))
    with pytest.raises(PolicyUnreadable) as refused:
        read_policy(policy_on_paper(), "policy.pdf")
    assert refused.value.reason is Reason.TOO_SLOW


def lines(*texts: str, x0: float = 50.0, end: float = 300.0) -> list[Line]:
    """Full lines under one another."""
    return [
        Line(x0, 700.0 - 14 * index, end, 711.0 - 14 * index, 11.0, False, text, end, 1)
        for index, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ("we keep your infor-", "mation for a year.", "we keep your information for a year."),
        ("we tell no third-", "party about it.", "we tell no third-party about it."),
        ("a browser-", "specific choice", "a browser-specific choice"),
        ("write an e-", "mail to us", "write an e-mail to us"),
        ("of the years 2023 -", "2024 we say", "of the years 2023 - 2024 we say"),
        ("the EU-", "US agreement", "the EU-US agreement"),
    ],
)
def test_words_divided_at_the_end_of_a_line(one: str, other: str, joined: str) -> None:
    assert [block.text for block in blocks_of(lines(one, other))] == [joined]


def test_a_compound_word_that_stands_elsewhere_keeps_its_hyphen() -> None:
    found = blocks_of(lines("Our data-processing is known. Of data-", "processing we speak."))
    assert found[0].text == "Our data-processing is known. Of data-processing we speak."


def test_the_process_says_what_it_read_as_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.privacy.formats.pdf_process"],
        input=picture(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert io.BytesIO(done.stdout).read(10) == b'{"pages": '


def table(align: str, padding: float = 2, rows: int = 3) -> bytes:
    """A table on paper whose cells have up to three lines; the words of each tell which cell they are of."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=10)
    paper.multi_cell(0, 5, "We keep data as this says.", new_x="LMARGIN", new_y="NEXT")
    paper.ln(4)
    with paper.table(col_widths=(20, 40, 30), line_height=4.2, padding=padding, v_align=align) as drawn:
        for cells in [("Data", "Why", "How long"), *(made(number) for number in range(rows))]:
            row = drawn.row()
            for cell in cells:
                row.cell(cell)
    paper.ln(4)
    paper.multi_cell(0, 5, "We keep nothing else, unless you ask.", new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def made(number: int) -> tuple[str, str, str]:
    long = f"To meet duty {number} that the law of taxes puts on everybody who sells anything, in whatever country"
    kept = "Seven years from the end of the calendar year in which it ended"
    return (f"Kind {number}", long, "2 years") if number % 2 else (f"Kind {number} and all it has", "To answer", kept)


@pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_row_of_a_table_is_one_sentence_however_many_lines_its_cells_have(align: str) -> None:
    policy = read_policy(table(align), "policy.pdf")
    rows = ["Data | Why | How long", *(" | ".join(made(number)) for number in range(3))]
    assert sentences(policy) == ["We keep data as this says.", *rows, "We keep nothing else, unless you ask."]
    assert not policy.headings


def test_rows_that_stand_close_are_not_mixed() -> None:
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=10)
    kept = [("Logs", "Safety", "9 days"), ("Bills", "Taxes", "7 years"), ("Mail", "Answers", "2 years")]
    for group in range(3):
        for cells in kept:
            for cell in cells:
                paper.cell(40, 4.2, f"{cell} {group}")
            paper.ln()
        paper.ln(4)
    policy = read_policy(bytes(paper.output()), "policy.pdf")
    assert sentences(policy) == [
        " | ".join(f"{cell} {group}" for cell in cells) for group in range(3) for cells in kept
    ]


def test_cells_that_stand_near_one_another_are_told_apart_by_their_columns() -> None:
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=10)
    for cells in [("Bank details", "Bank", "10 years"), ("Identity", "Insurance 1", "3 years")]:
        for cell, width in zip(cells, (27, 26, 40), strict=True):
            paper.cell(width, 6, cell)
        paper.ln()
    policy = read_policy(bytes(paper.output()), "policy.pdf")
    assert sentences(policy) == ["Bank details | Bank | 10 years", "Identity | Insurance 1 | 3 years"]


def test_a_word_that_is_divided_before_the_end_of_the_line_is_one() -> None:
    found = blocks_of(
        [*lines("to prevent fraud, where the circum-", end=240.0), *lines("", "stances are unusual.")[1:]]
    )
    assert [block.text for block in found] == ["to prevent fraud, where the circumstances are unusual."]


def test_items_whose_dots_are_drawn_end_with_their_semicolons() -> None:
    even = lines("medical data, for instance diagnoses and", "prescriptions, if you are or have been a", x0=70.0)
    last = Line(70.0, 672.0, 255.0, 683.0, 11.0, False, "patient of one of our surgeons;", 300.0, 1)
    other = Line(70.0, 658.0, 160.0, 669.0, 11.0, False, "correspondence.", 300.0, 1)
    stem = lines("We hold:", "")[0]
    moved = [
        Line(*(one.x0, one.y0 - 14, one.x1, one.y1 - 14), 11.0, False, one.text, 300.0, 1) for one in (last, other)
    ]
    found = blocks_of(
        [
            stem,
            *(Line(one.x0, one.y0 - 14, one.x1, one.y1 - 14, 11.0, False, one.text, 300.0, 1) for one in even),
            *moved,
        ]
    )
    assert [block.text[-15:] for block in found] == ["We hold:", "f our surgeons;", "correspondence."]
