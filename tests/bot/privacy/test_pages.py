"""A policy cut into pages for the screen."""

from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.pages import PIECE, page_of, pages_of
from bot.privacy.text import read_policy

SECTIONS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(1, 5000)), min_size=1, max_size=5)


@given(SECTIONS)
def test_nothing_of_a_policy_is_lost_between_its_pages(sections: list[tuple[int, int, int]]) -> None:
    text = "Begin.\n\n"
    for number, (level, paragraphs, length) in enumerate(sections):
        text += f"{'#' * (level + 1)} Section {number}\n\n" + ("word " * (length // 5) + "end.\n\n") * paragraphs
    policy = read_policy(text.encode(), "policy.md")
    pages = pages_of(policy)
    assert all(len(piece) <= PIECE for page in pages for piece in page.pieces)
    shown = "".join("".join(page.pieces) for page in pages).replace("\n", "").replace(" ", "")
    assert shown == "".join(policy.section(index) for index in range(-1, len(policy.headings))).replace(
        "\n", ""
    ).replace(" ", "")
    assert all(1 <= page.part <= page.parts and len(page.pieces) <= 3 for page in pages)


def test_a_section_begins_its_page_and_an_empty_one_leads_to_the_next() -> None:
    policy = read_policy(b"# P\n\n## A\n\n### B\n\nText of B.\n\n## C\n\nText of C.\n\n## D\n", "policy.md")
    pages = pages_of(policy)
    assert [page.heading for page in pages] == ["A \u203a B", "C"]
    assert [page_of(pages, section) for section in range(-1, 4)] == [0, 0, 0, 1, 1]
