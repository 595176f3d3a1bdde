"""HTML as policies are published: the policy's words and nothing around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.text import PolicyText, PolicyUnreadable, read_policy

PAGE = """<!DOCTYPE html>
<html><head><title>Acme | Privacy</title><style>p { color: red }</style></head>
<body class="has-cookie-banner">
<div id="onetrust-banner-sdk"><p>We use cookies to make this site better. Do you agree?</p><button>Accept</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/shop">Shop</a></li></ul></nav></header>
<main>
<h1>Privacy policy</h1>
<ul><li><a href="#a">What we collect</a></li><li><a href="#b">Sharing</a></li><li><a href="#c">Cookies</a></li></ul>
<p>Last updated: 1&nbsp;May 2024</p>
<h2 id="a">What we collect</h2>
<p>We collect <b>data</b>,<br>which you give us:</p>
<ul><li>your name;</li><li>your address, that is:<ul><li>the street,</li><li>the town.</li></ul></li></ul>
<p><strong>Payment</strong><br>We keep no card&shy;s.</p>
<p><strong>Retention</strong></p>
<p>Seven years.</p>
<h2 id="b">Sharing</h2>
<p>We share it with:</p>
<ol type="a"><li>our bank,</li><li>our lawyers.</li></ol>
<div class="cookie-policy"><h2 id="c"><button>Cookies</button></h2>
<table><tr><th>Name</th><th>Why</th></tr><tr><td><p>sid</p></td><td>To keep you <i>signed</i> in.</td></tr></table>
</div>
<button aria-expanded="false">Your rights</button><div hidden><p>You may object.</p></div>
<aside><p>Our officer is at <a href="mailto:dpo@acme.example">dpo@acme.example</a>.</p></aside>
</main>
<footer><p>Copyright Acme. All rights reserved.</p></footer><script>track("x")</script></body></html>"""


def page(text: str, declared: str = "") -> PolicyText:
    return read_policy(text.encode(), "https://acme.example/privacy", declared or "text/html; charset=utf-8")


def sentences(policy: PolicyText) -> list[str]:
    return [policy.quote(one) for one in policy.sentences]


def test_a_page_is_its_policy_and_nothing_around_it() -> None:
    policy = page(PAGE)
    assert policy.title == "Privacy policy"
    assert [one.text for one in policy.headings[1:]] == [
        "What we collect",
        "Payment",
        "Retention",
        "Sharing",
        "Cookies",
        "Your rights",
    ]
    assert sentences(policy) == [
        "Last updated: 1 May 2024",
        "We collect data,\nwhich you give us:",
        "your name;",
        "your address, that is:",
        "the street,",
        "the town.",
        "We keep no cards.",
        "Seven years.",
        "We share it with:",
        "our bank,",
        "our lawyers.",
        "Name | Why",
        "sid | To keep you signed in.",
        "You may object.",
        "Our officer is at dpo@acme.example.",
    ]


def test_items_know_their_stem() -> None:
    policy = page(PAGE)
    full = {policy.quote(one): policy.in_full(one) for one in policy.sentences}
    assert full["your name;"] == "We collect data,\nwhich you give us: your name;"
    assert full["the town."] == "We collect data,\nwhich you give us: your address, that is: the town."
    assert full["our lawyers."] == "We share it with: our lawyers."
    assert full["Seven years."] == "Seven years."
    assert [one.marker for one in policy.sentences if policy.quote(one).startswith("our ")] == ["a.", "b."]


@pytest.mark.parametrize(
    "around",
    [
        '<div class="cookie-banner"><p>{}</p></div>',
        "<footer><p>{}</p><h2>Contact</h2><p>Write to us at any time, we answer within a month.</p></footer>",
        '<div class="sidebar"><article><p>{}</p></article></div>',
        "<table><tr><td><h2>Data</h2><p>{}</p></td></tr></table>",
        '<body class="navigation"><div id="footer"><div><p>{}</p></div></div>',
        "<form><dialog><p>{}</p></dialog></form>",
    ],
)
def test_what_holds_most_of_the_page_stays_whatever_it_is_called(around: str) -> None:
    promise = "We never sell the data of our customers to anybody. " * 5
    assert promise.strip() in page(f"<html><body>{around.format(promise)}</body></html>").text


def test_links_to_other_pages_are_navigation_unless_the_policy_speaks_of_them() -> None:
    links = (
        "<ul>" + "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Firefox", "Chrome", "Safari")) + "</ul>"
    )
    menu = "<ul>" + "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Shop", "News", "Jobs")) + "</ul>"
    policy = page(f"<body><div>{menu}</div><h1>Policy</h1><p>Your browser can refuse cookies:</p>{links}</body>")
    assert sentences(policy) == ["Your browser can refuse cookies:", "Firefox", "Chrome", "Safari"]


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        ("<p>Žīle’s café.</p>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        ("<p>Žīle’s café.</p>".encode("utf-16"), ""),
        ("<p>Žīle’s café.</p>".encode("windows-1257"), "text/html; charset=windows-1257"),
        ("<meta charset='windows-1257'><p>Žīle’s café.</p>".encode("windows-1257"), "text/html"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=windows-1257'><p>Žīle’s café.</p>".encode(
                "cp1257"
            ),
            "",
        ),
        ("<p>Žīle’s café.</p>".encode(), "text/html; charset=no-such"),
        ("<p>Žīle’s café.</p>".encode(), "text/html; charset=us-ascii"),
        ("<p>Žīle&rsquo;s caf&eacute;.</p>".encode(), ""),
    ],
)
def test_encodings(data: bytes, declared: str) -> None:
    assert read_policy(data, "privacy.html", declared).text == "Žīle’s café."


def test_one_wrong_byte_spoils_only_itself() -> None:
    data = "<p>Žīle’s café</p>".encode() + b"<p>It\x92s so.</p><p>\x81</p>"
    assert read_policy(data, "privacy.html").text.startswith("Žīle’s café\n\nIt’s so.")


def test_the_encoding_that_came_with_a_page_is_kept_with_it() -> None:
    from bot.privacy.formats.extraction import media_type

    assert (
        media_type(b"<p>x", "https://a.example/p", "text/html; charset=Windows-1257")
        == "text/html; charset=windows-1257"
    )


@pytest.mark.parametrize("text", ["", "<html></html>", "<div id=app></div><script>draw()</script>", "<h1>Policy</h1>"])
def test_a_page_without_text_is_refused(text: str) -> None:
    with pytest.raises(PolicyUnreadable, match="no sentence"):
        page(text)


def test_a_page_nested_without_end_is_read() -> None:
    assert page("<div>" * 50_000 + "<p>We care.</p>").text == "We care."


@given(st.lists(st.text(alphabet=st.sampled_from("ab. <&\n\u00a0"), max_size=12), min_size=1, max_size=6))
def test_every_word_of_every_paragraph_is_in_the_text_once(paragraphs: list[str]) -> None:
    from html import escape

    policy = page("<p>Begin.</p>" + "".join(f"<p>{escape(one)}</p>" for one in paragraphs))
    letters = [one for one in "".join(paragraphs) if one in "ab"]
    assert [one for one in policy.text.removeprefix("Begin.") if one in "ab"] == letters
    assert all(policy.text[one.start : one.end] == policy.quote(one) for one in policy.sentences)


def test_a_cell_that_spans_rows_stands_in_each_of_them() -> None:
    policy = page(
        "<table><tr><th>Data</th><th>Why</th><th>Kept</th></tr>"
        "<tr><td rowspan=2>Place</td><td>Finding</td><td rowspan='3'>30 days</td></tr><tr><td>Counting</td></tr>"
        "<tr hidden><td>Never</td><td>shown</td></tr>"
        "<tr><td colspan=2>Nothing else</td></tr><tr><td>Name</td><td>Bill</td><td rowspan=99999999>1 year</td></tr>"
        "</table>"
    )
    assert sentences(policy) == [
        "Data | Why | Kept",
        "Place | Finding | 30 days",
        "Place | Counting | 30 days",
        "Nothing else | 30 days",
        "Name | Bill | 1 year",
    ]


def test_a_table_with_lists_in_its_cells_keeps_its_rows_where_it_names_its_columns() -> None:
    rows = "<tr><td>Bills</td><td><ul><li>Name</li> <li>Bank <b>data</b></li></ul></td></tr>"
    policy = page(f"<table><tr><th>Why</th><th>What</th></tr>{rows}</table>")
    assert sentences(policy) == ["Why | What", "Bills | Name · Bank data"]
    layout = page(f"<table>{rows}<tr><td><p>We care.</p></td><td>Menu</td></tr></table>")
    assert "Bills" in sentences(layout)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("We share it<sup><a href='#fn1'>1</a></sup> with banks.", "We share it[1] with banks."),
        ("We share it<a href='#n'><sup>b</sup></a> with banks.", "We share it[b] with banks."),
        ("We share data<sup>2</sup>, too.", "We share data[2], too."),
        ("An office of 20 m<sup>2</sup> holds 10<sup>6</sup> names.", "An office of 20 m2 holds 106 names."),
        ("On the 1<sup>st</sup> of May.", "On the 1st of May."),
        ("See <a href='#s2'>2</a> and <sup><a href='/x'>tm</a></sup> here.", "See 2 and tm here."),
    ],
)
def test_the_mark_of_a_footnote_is_no_part_of_a_word(text: str, read: str) -> None:
    assert page(f"<p>{text}</p>").text == read
    assert page(f"<table><tr><td>{text}</td><td>x</td></tr></table>").text == f"{read} | x"


def test_lines_broken_by_hand_that_have_markers_are_a_list() -> None:
    policy = page("<div>We hold:<br>- your name<br>- your address,<br>if you order<br><br>Nothing else.</div>")
    assert [(policy.quote(one), policy.stem(one) is not None) for one in policy.sentences] == [
        ("We hold:", False),
        ("your name", True),
        ("your address,\nif you order", True),
        ("Nothing else.", False),
    ]


def test_nothing_is_left_of_a_table_of_contents() -> None:
    names = ("What we hold", "Whom we tell", "Your rights")
    links = "".join(f"<li><a href='#x'>{name}</a></li>" for name in names)
    parts = "".join(f"<h2>{name}</h2><p>We say so.</p>" for name in names)
    policy = page(f"<h1>Privacy</h1><h2>On this page</h2><ol>{links}</ol>{parts}")
    assert [one.text for one in policy.headings] == list(names)
    kept = page(f"<h1>Privacy</h1><h2>On this page</h2><ol>{links}</ol><p>And more.</p>{parts}")
    assert [one.text for one in kept.headings] == ["On this page", *names]


def test_what_sells_beside_a_policy_is_none_of_it() -> None:
    policy = page(
        "<div class='promo-bar'><p>Ten per cent off until Sunday, for all of you.</p></div>"
        "<div class='cookiehinweis'>Diese Seite nutzt Cookies. Damit sind Sie einverstanden.</div>"
        f"<main><p>{'We care. ' * 40}</p></main>"
        "<div class='newsletter-signup'><p>Sign up for our newsletter and save on your first order.</p></div>"
    )
    assert set(sentences(policy)) == {"We care."}


def test_what_is_only_called_a_page_is_markdown() -> None:
    policy = read_policy(b"# Privacy\n\nWe *never* sell data, and 2 < 3.\n", "privacy.html")
    assert (policy.title, policy.text) == ("Privacy", "Privacy\n\nWe never sell data, and 2 < 3.")
    assert page("We <b>never</b> sell.", "text/html").text == "We never sell."
