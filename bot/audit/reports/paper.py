"""The paper that a report is printed on: A4, set in Source Sans Pro, which has the letters of Europe's languages."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace, TTFFont

from bot.audit.reports import chart, words
from bot.audit.reports.customer import CustomerReport
from bot.audit.reports.letters import Lettering, printable

STAND_IN: Final = "◊"
"""What stands for a letter that no font here has. The paper says what it is."""
FONT: Final = "Source Sans"
FACES: Final = {"": "Regular", "B": "Semibold", "I": "It"}
INK, SOFT, LINE, MARK = (29, 38, 36), (90, 102, 99), (213, 219, 217), (31, 111, 92)
MARGIN, CHART_HEIGHT, LEADING = 16.0, 18.0, 1.3
POINT: Final = 0.3528  # millimetres
COLUMNS: Final = (("When", 24), ("Who", 25), ("For what", 24), ("Which data", 40), ("Approval", 29), ("Ticket", 14))
RECORD: Final = ("Record", 22)
TABLE_SIZE: Final = 8.0
PAGES: Final = "{nb}"  # what the library puts the number of pages for, once it knows it


class Paper(FPDF):
    """A4 with the company's name above and the page's number below. Millimetres; sizes of letters in points.

    Without a `lettering` it takes the faces of its own font as they are; with one, letters that a face lacks come from
    another. `missing`: the letters that stood in what was printed so far and that no font here has; a sign stands for
    them.
    """

    def __init__(self, report: CustomerReport, lettering: Lettering | None = None) -> None:
        super().__init__(format="A4")
        self._report = report
        self._lettering = lettering
        self.missing: set[str] = set()
        for style, face in FACES.items():
            with as_file(files("font_source_sans_pro") / "files" / f"SourceSansPro-{face}.ttf") as path:
                self.add_font(FONT, style, path)
        faces = [set(one.cmap) for one in self.fonts.values() if isinstance(one, TTFFont)]
        self.own = set.union(*faces)
        self._usable = set.intersection(*faces) if lettering is None else self.own | set(map(ord, lettering.letters))
        if lettering is not None:
            self._add_letters(lettering)
        self.set_margins(MARGIN, 14, MARGIN)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(report.title)
        self.set_author(report.company)
        self.set_lang("en")
        self.set_creation_date(report.made_at)

    def _add_letters(self, lettering: Lettering) -> None:
        """The fonts for letters that the own one lacks; what joins its letters needs the whole page shaped."""
        families = [f"letters {number}" for number, _ in enumerate(lettering.files)]
        for family, path in zip(families, lettering.files, strict=True):
            self.add_font(family, "", path)
        self.set_fallback_fonts([FONT, *families], exact_match=False)
        if lettering.shaped:
            self.set_text_shaping(use_shaping_engine=True)

    def _printable(self, text: str) -> str:
        return printable(text, lambda letter: ord(letter) in self._usable, STAND_IN, self.missing)

    def header(self) -> None:
        """The letterhead; small from the second page on."""
        first = self.page_no() == 1
        self._write(self._report.company, 15 if first else 10, "B", width=self.epw / 2)
        self.set_xy(self.l_margin + self.epw / 2, self.t_margin)
        self._write(self._report.contact, 10, colour=SOFT, width=self.epw / 2, align="R", line=15 if first else 10)
        y = self.t_margin + (8 if first else 6)
        self.set_draw_color(*MARK)
        self.set_line_width(0.5)
        self.line(self.l_margin, y, self.w - self.r_margin, y)
        self.set_y(y + 5)

    def footer(self) -> None:
        """Whom to ask, and the page's number."""
        self.set_y(-14)
        self._write(words.asking(self._report), 8, colour=SOFT, width=self.epw - 20)
        self.set_xy(self.w - self.r_margin - 20, -14)
        self._write(f"{self.page_no()} of {PAGES}", 8, colour=SOFT, width=20, align="R", numbered=True)

    def opening(self) -> None:
        """The title, whose data it is, and the report in a sentence."""
        self._write(self._report.title, 17, "B")
        self._write(words.heading(self._report), 10.5, colour=SOFT, below=2)
        self._write(self._report.summary, 12, below=1)
        if self._lettering and self._lettering.unprinted:
            self._write(words.unprinted(self._lettering.unprinted, STAND_IN), 8.5, colour=SOFT, above=1)

    def bars(self) -> None:
        """The chart."""
        self._heading(f"Look-ups by {words.unit(self._report)}")
        left, top, width = self.l_margin + 7, self.get_y() + 2, self.epw - 7
        self.set_line_width(0.15)
        self.set_draw_color(*LINE)
        self.line(left, top, left + width, top)
        self.set_draw_color(*SOFT)
        self.line(left, top + CHART_HEIGHT, left + width, top + CHART_HEIGHT)
        self._mark(str(chart.scale(self._report.bars)), self.l_margin, top - 2)
        self._mark("0", self.l_margin, top + CHART_HEIGHT - 2)
        self.set_fill_color(*MARK)
        for slot in chart.slots(self._report):
            x, height = left + slot.x * width, slot.height * CHART_HEIGHT
            if slot.bar.looks:
                self.rect(x, top + CHART_HEIGHT - height, slot.width * width, height, style="F")
            if slot.label:
                self._mark(slot.label, x - 1, top + CHART_HEIGHT + 0.8)
        self.set_xy(self.l_margin, top + CHART_HEIGHT + 6)

    def table_of_looks(self) -> None:
        """Each look, its heads repeated on each page."""
        self._heading("Each look-up")
        self.set_font(FONT, "", TABLE_SIZE)
        self.set_text_color(*INK)
        self.set_fill_color(255)
        self.set_draw_color(*LINE)
        self.set_line_width(0.15)
        heads = FontFace(emphasis="BOLD", color=SOFT)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(width for _, width in (*COLUMNS, RECORD)),
            headings_style=heads,
            line_height=TABLE_SIZE * POINT * LEADING,
            padding=(0.7, 1.2, 0.7, 0.8),
            text_align="LEFT",
            v_align="TOP",
        ) as table:
            for cells in self._rows():
                row = table.row()
                for cell in cells:
                    row.cell(self._printable(cell))
        self._write(words.below_the_table(self._report), 8.5, colour=SOFT, above=1.5)

    def _rows(self) -> Sequence[tuple[str, ...]]:
        heads = tuple(name for name, _ in (*COLUMNS, RECORD))
        report = self._report
        return [
            heads,
            *(
                (
                    report.minute(look.at),
                    look.who,
                    look.purpose,
                    look.kinds,
                    look.approval,
                    " ".join((look.ticket or "–").split()),  # of many lines, a row would be higher than the page
                    words.place(look),
                )
                for look in report.looks
            ),
        ]

    def purposes(self) -> None:
        """What each purpose rests on, in the policy's words."""
        self._heading("What the purposes mean")
        for one in self._report.meanings:
            quote, source = words.meaning(one, self._report)
            self._write(one.purpose, 10, "B")
            if quote:
                self._write(quote, 10, "I")
            self._write(source, 8.5, colour=SOFT, below=1.8)

    def checking(self) -> None:
        """How to check it, and what is not in it."""
        self._heading("How to check this")
        for line in words.checking(self._report):
            self._write(line, 9.5, below=1)
        self._write(words.NOT_LISTED, 9.5, colour=SOFT)

    def _heading(self, text: str) -> None:
        """A heading, kept with what follows it."""
        if self.will_page_break(24):
            self.add_page()
        self._write(text, 12, "B", above=4, below=1)

    def _mark(self, text: str, x: float, y: float) -> None:
        self.set_xy(x, y)
        self._write(text, 7.5, colour=SOFT, width=20)

    def _write(
        self,
        text: str,
        size: float,
        style: str = "",
        *,
        colour: tuple[int, int, int] = INK,
        width: float = 0,
        align: str = "L",
        line: float = 0,
        above: float = 0,
        below: float = 0,
        numbered: bool = False,
    ) -> None:
        """A paragraph at the cursor, in points. Nothing in the text is mark-up; PAGES is where it is `numbered`."""
        self.alias_nb_pages(PAGES if numbered else "")
        self.ln(above) if above else None
        self.set_font(FONT, style, size)
        self.set_text_color(*colour)
        height = (line or size) * POINT * LEADING
        said = self._printable(text)
        self.multi_cell(width, height, said, align=align, new_x="LMARGIN", new_y="NEXT", markdown=False)
        self.ln(below) if below else None
