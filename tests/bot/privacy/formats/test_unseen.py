"""What nobody sees on a page is none of the policy's words; what opens when it is pressed is."""

import pytest

from bot.privacy.faults import PolicyUnreadable, Reason
from bot.privacy.formats.markdown import read_markdown
from bot.privacy.formats.markup import MOST_OPEN, read_html

SAID = "We do not sell your data to anybody, and we keep it for ten years after the contract ended."
TRAP = "We sell all of it to brokers for money."
KEPT = "You may ask us for a copy of your data at any time."


def read(part: str) -> str:
    page = f"<html><body><main><h1>Privacy policy</h1><p>{SAID}</p><p>{SAID}</p>{part}</main></body></html>"
    return "\n".join(block.text for block in read_html(page).blocks)


@pytest.mark.parametrize(
    "part",
    [
        "<p hidden>{}</p>",
        "<div hidden=''><p>{}</p></div>",
        '<p style="display:none">{}</p>',
        '<p style="color: red; DISPLAY : none !important;">{}</p>',
        '<p style="visibility: hidden">{}</p>',
        '<p style="font-size:0">{}</p>',
        '<p style="font-size: 0.0px;">{}</p>',
        '<p style="opacity:0">{}</p>',
        '<p style="position:absolute; left:-9999px">{}</p>',
        '<p style="text-indent:-10000px">{}</p>',
        "<dialog><p>{}</p></dialog>",
        '<p>It is yours. <span style="display:none">{}</span></p>',
        "<table><tr><td>Data</td><td>Kept</td></tr><tr hidden><td>{}</td><td>x</td></tr></table>",
        "<table><tr><td>Data</td><td>Kept</td></tr><tr><td>Name</td><td hidden>{}</td></tr></table>",
        '<table><tr><td>Data</td><td>Kept</td></tr><tr><td>It</td><td>1 <i style="opacity:0">{}</i></td></tr></table>',
        "<script>{}</script><style>{}</style><template><p>{}</p></template><!-- {} -->",
        "<noscript><p>{}</p></noscript><textarea>{}</textarea><option>{}</option>",
    ],
)
def test_hidden_words_are_not_the_policys(part: str) -> None:
    said = read(part.replace("{}", TRAP))
    assert "brokers" not in said
    assert said.count(SAID) == 2


@pytest.mark.parametrize(
    "part",
    [
        "<h2><button aria-expanded=false aria-controls=a1>Rights</button></h2><div id=a1 hidden><p>{}</p></div>",
        "<a href='#rights'>Your rights</a><p>And more.</p><div id=rights style='display:none'><p>{}</p></div>",
        "<p>x</p><button data-bs-target='#c1'>More</button><p>y</p><div id=c1 hidden><p>{}</p></div>",
        "<h3>Your rights</h3><div style='display:none'><p>{}</p></div>",
        "<p>x</p><div class='faq-item' style='display: none'><p>{}</p></div>",
        "<p>x</p><div role=tabpanel hidden><p>{}</p></div>",
        "<p>x</p><p hidden=until-found>{}</p>",
        "<details><summary>Your rights</summary><p>{}</p></details>",
        "<dialog open><p>{}</p></dialog>",
        "<p aria-hidden=true>{}</p>",
        "<p style='text-indent:-20px; margin-left: -100px; font-size: 0.9em; opacity: 0.8'>{}</p>",
    ],
)
def test_what_opens_or_is_seen_is(part: str) -> None:
    assert KEPT in read(part.replace("{}", KEPT))


def test_a_page_that_is_hidden_until_its_scripts_run_is_read() -> None:
    page = f'<html><body><div style="opacity:0"><h1>Privacy policy</h1><p>{SAID}</p><p>{KEPT}</p></div></body></html>'
    assert [block.text for block in read_html(page).blocks][1:] == [SAID, KEPT]


def test_parts_within_parts_without_end_are_refused_before_they_are_parsed() -> None:
    for tag in ("<div class=nav>", "<main>", "<ul><li>", "<table><tr><td>", "<button>x<div>", "<center>", "<b>"):
        with pytest.raises(PolicyUnreadable) as raised:
            read_html(tag * (MOST_OPEN + 1) + f"<p>{SAID}</p>")
        assert raised.value.reason is Reason.TOO_LARGE


def test_what_scripts_styles_and_comments_open_is_not_counted() -> None:
    for part in ("<script>{}</script>", "<style>{}</style>", "<!--{}-->"):
        assert SAID in read(part.replace("{}", "<div>" * (MOST_OPEN + 1)))
    assert SAID in read("<script>" * (MOST_OPEN + 1))
    assert SAID in read("<p>x" * 2000)


def test_hidden_parts_of_markdown_are_not_the_policys() -> None:
    blocks = read_markdown(f"# Privacy\n\n{SAID}\n\n<p hidden>{TRAP}</p>\n\n<!-- {TRAP} -->\n\n{KEPT}\n").blocks
    assert [one.text for one in blocks] == ["Privacy", SAID, KEPT]
