"""From Markdown and plain text to headings, paragraphs and sentences."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.sentences import split
from bot.privacy.text import PolicyText, PolicyUnreadable, read_policy


def markdown(text: str) -> PolicyText:
    return read_policy(textwrap.dedent(text).encode(), "policy.md")


def plain(text: str) -> PolicyText:
    return read_policy(textwrap.dedent(text).encode(), "policy.txt")


def sentences(policy: PolicyText) -> list[str]:
    return [policy.quote(one) for one in policy.sentences]


def headings(policy: PolicyText) -> list[str]:
    return [one.text for one in policy.headings]


def test_a_quotation_above_the_policy_is_kept_apart() -> None:
    policy = markdown("> *Archived on a Friday.* See the [original](https://x.example).\n\n# Policy\n\nWe care.\n")
    assert policy.provenance == "Archived on a Friday. See the original."
    assert "Archived" not in policy.text
    assert sentences(policy) == ["We care."]


def test_a_quotation_inside_the_policy_is_part_of_it() -> None:
    assert sentences(markdown("# Policy\n\n> We promise.\n")) == ["We promise."]


def test_bold_skipped_and_false_headings() -> None:
    policy = markdown(
        """
        # Policy | Company

        ## **Our *Policy***

        #### Skipped a level

        Text one.

        **What we collect**

        Text two.

        **This bold paragraph is a sentence.**

        **Bold** at the start only
        """
    )
    assert policy.title == "Policy | Company"
    assert headings(policy) == ["Our Policy", "Skipped a level", "What we collect"]
    assert [one.level for one in policy.headings] == [2, 4, 6]
    assert sentences(policy) == [
        "Text one.",
        "Text two.",
        "This bold paragraph is a sentence.",
        "Bold at the start only",
    ]


def test_a_title_with_text_below_it_is_a_heading_too() -> None:
    policy = markdown("# Policy\n\nWe care.\n\n## More\n\nMuch.\n")
    assert policy.title == "Policy"
    assert headings(policy) == ["Policy", "More"]
    assert [one.heading for one in policy.sentences] == ["Policy", "More"]


def test_soft_breaks_join_and_forced_breaks_divide() -> None:
    assert sentences(markdown("# P\n\nWe keep\nyour data.  \nCall us.\n")) == ["We keep your data.", "Call us."]
    assert markdown("# P\n\nWe keep\nyour data.\n").text == "P\n\nWe keep your data."


def test_letters_and_numbers_are_text_but_no_part_of_a_sentence() -> None:
    policy = markdown("# P\n\n**a)** Account data.\n\n1\\. Payment data.\n\n1. First.\n2. Second.\n\n- Third.\n")
    assert sentences(policy) == ["Account data.", "Payment data.", "First.", "Second.", "Third."]
    assert policy.text == "P\n\na) Account data.\n\n1. Payment data.\n\n1. First.\n\n2. Second.\n\n- Third."


def test_mark_up_is_gone() -> None:
    policy = markdown(
        "# P\n\n_**Acme’s**_ &amp; [your](https://x.example) `data` ![logo](l.png)<b>here</b>.\n\n<!-- no -->\n\n"
        "<div>An <i>HTML</i> block.<script>no()</script></div>\n\n| Data | Why |\n| --- | --- |\n| Name | To write |\n"
    )
    assert sentences(policy) == ["Acme’s & your data here.", "An HTML block.", "Data | Why", "Name | To write"]


def test_front_matter_is_no_text() -> None:
    assert markdown("---\ntitle: Policy\ntags:\n  - a\n---\n# P\n\nWe care.\n").text == "P\n\nWe care."


def test_headings_of_plain_text() -> None:
    policy = plain(
        """
        > Copied from the web.

        Privacy Policy

        OUR PROMISE
        We keep your data to
        ourselves.

        Sharing
        -------
        We do not share.

        3. Who may ask?

        Anyone may. Write to
        - the office, or
        - the officer.

        Company Ltd, Dock Street 4
        """
    )
    assert policy.title == "Privacy Policy"
    assert policy.provenance == "Copied from the web."
    assert headings(policy) == ["OUR PROMISE", "Sharing", "3. Who may ask?"]
    assert sentences(policy) == [
        "We keep your data to ourselves.",
        "We do not share.",
        "Anyone may.",
        "Write to",
        "the office, or",
        "the officer.",
        "Company Ltd, Dock Street 4",
    ]


def test_the_same_words_as_markdown_and_as_text_are_the_same_version() -> None:
    one = markdown("# Privacy\n\nWe keep *your* data, “safely”.\n")
    other = plain('Privacy\n=======\n\nWe keep your data,\n"safely".\n')
    assert one.hash == other.hash


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("We use it, e.g. for billing. You may ask.", ["We use it, e.g. for billing.", "You may ask."]),
        ("Acme Ltd. keeps it. See art. 6 and No. 4.", ["Acme Ltd. keeps it.", "See art. 6 and No. 4."]),
        ("We are Acme Ltd. We care.", ["We are Acme Ltd.", "We care."]),
        ("Gifs (a.k.a. Web Beacons) help. Really?", ["Gifs (a.k.a. Web Beacons) help.", "Really?"]),
        ("Do you sell it? No. “Never.” We said so!", ["Do you sell it?", "No.", "“Never.”", "We said so!"]),
        ("Version 2.5 of acme.example is here.", ["Version 2.5 of acme.example is here."]),
        ("Ask J. Smith. Or not.", ["Ask J. Smith.", "Or not."]),
        ("A list … goes on. Then ends…", ["A list … goes on.", "Then ends…"]),
        (
            "We rely on the EU–U.S. Data Privacy Framework. Data in the U.S. Data is safe there.",
            ["We rely on the EU–U.S. Data Privacy Framework.", "Data in the U.S.", "Data is safe there."],
        ),
        ("« Rien n’est vendu. » M. Roux répond.", ["« Rien n’est vendu. »", "M. Roux répond."]),
        ("Gilt. »Nie«, sagen wir.", ["Gilt.", "»Nie«, sagen wir."]),
        (
            "Conservés 10 ans (art. L. 123-22). Les logs, env. 30 jours.",
            ["Conservés 10 ans (art. L. 123-22).", "Les logs, env. 30 jours."],
        ),
        (
            "Wer das 16. Lebensjahr vollendet hat. Ab dem 3. Werktag.",
            ["Wer das 16. Lebensjahr vollendet hat.", "Ab dem 3. Werktag."],
        ),
        (
            "Daten erhält die Meier GmbH. Wir löschen sie nach 30 Min. Danach nicht.",
            ["Daten erhält die Meier GmbH.", "Wir löschen sie nach 30 Min.", "Danach nicht."],
        ),
        (
            "Wir i. S. d. DSGVO. Pflichten (u. a. § 147 AO) gelten. Das prüft Dipl.-Ing. agr. K. Kern.",
            ["Wir i. S. d. DSGVO.", "Pflichten (u. a. § 147 AO) gelten.", "Das prüft Dipl.-Ing. agr. K. Kern."],
        ),
        ("Registered as No. HRB 1234. No. We never do.", ["Registered as No. HRB 1234.", "No.", "We never do."]),
    ],
)
def test_sentences(paragraph: str, expected: list[str]) -> None:
    assert [paragraph[start:end] for start, end in split(paragraph)] == expected


ABBREVIATED = (
    "the EU-U.S. Data Privacy Framework", "the U.K. Information Commissioner", "the U.S. Personal Data Act",
    "Acme Inc. Data Services", "Acme Ltd. Users Forum", "Dotazník s.r.o. Praha", "SportPay S.p.A. Milano",
    "Art. 6", "Art. IV", "Sec. 2.1", "No. 12", "No. HRB 99", "§ 3 Abs. 2", "J.R. Smith", "J. R. Smith", "Dr. Meyer",
    "Smith vs. Jones", "Smith et al. Berlin", "18 U.S.C. § 2510", "tools, e.g. Google Maps", "forms, i.e. Web Forms",
    "pixels, etc., and", "St. Petersburg", "Washington, D.C. 20001", "Tel. 555 0144", "15 Jan. 2024", "approx. Six",
)  # fmt: skip
OPENINGS = ("We share it with", "The office is that of", "If you ask, it goes to", "Our basis is", "This is told to")
PARTS = st.tuples(st.sampled_from(OPENINGS), st.sampled_from(ABBREVIATED), st.sampled_from(("", " today", " (or not)")))


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_an_abbreviation_ends_no_sentence_that_goes_on(parts: list[tuple[str, str, str]]) -> None:
    wanted = [f"{opening} {middle}{end} at once." for opening, middle, end in parts]
    paragraph = " ".join(wanted)
    assert [paragraph[start:end] for start, end in split(paragraph)] == wanted


@given(
    st.sampled_from(("the U.S.", "the U.K.", "Acme Inc.", "Acme Ltd.", "Dotazník s.r.o.", "Washington, D.C.", "J.R."))
)
def test_an_abbreviation_ends_a_sentence_where_another_one_opens(last: str) -> None:
    for following in ("We care.", "The Company cares.", "If Acme cares, so do we.", "Data is kept.", "Our Users care."):
        paragraph = f"It goes to {last} {following}"
        assert [paragraph[start:end] for start, end in split(paragraph)] == [f"It goes to {last}", following]


@given(st.text(alphabet=st.sampled_from(list("ab AB.!?…\n\"')(12"))))
def test_sentences_keep_every_word_in_order(paragraph: str) -> None:
    spans = list(split(paragraph))
    quoted = "".join(paragraph[start:end] for start, end in spans)
    assert list(filter(str.isalnum, quoted)) == list(filter(str.isalnum, paragraph))
    assert all(start < end for start, end in spans)
    assert [place for span in spans for place in span] == sorted(place for span in spans for place in span)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"<!DOCTYPE html><div id=app></div><script>x()</script>", "https://x.example/privacy", "no sentence"),
        (b"%PDF-1.7", "policy.md", "broken"),
        (b"PK\x03\x04", "policy", "Word"),
        (b"a\x00b", "policy.txt", "not a text file"),
        (b"\x81\x8d\x8f", "policy.txt", "UTF-8"),
        (b"# Only a heading", "policy.md", "no sentence"),
        (b"", "policy.md", "no sentence"),
        (b"x" * 2_000_001, "policy.md", "larger"),
    ],
)
def test_what_can_not_be_read_is_refused_in_words(data: bytes, name: str, words: str) -> None:
    with pytest.raises(PolicyUnreadable, match=words):
        read_policy(data, name)


def test_blocks_of_html_within_a_line_do_not_run_words_together() -> None:
    assert sentences(markdown("We share it with Resort</p><a href='x'>Learn more</a> about <b>all</b> of it.")) == [
        "We share it with Resort Learn more about all of it."
    ]


def test_marks_of_footnotes_stand_apart_and_footnotes_are_paragraphs() -> None:
    policy = markdown("We share it[^1] with banks[^b].\n\n[^1]: The name only.\n[^b]: If a court orders it.\n")
    assert sentences(policy) == ["We share it[1] with banks[b].", "[1] The name only.", "[b] If a court orders it."]


def test_lines_broken_by_hand_that_have_markers_are_a_list() -> None:
    policy = markdown("We hold:\\\n• your name,\\\n• your address\\\nand street.")
    assert [(policy.quote(one), one.marker, policy.stem(one) is not None) for one in policy.sentences] == [
        ("We hold:", "", False),
        ("your name,", "•", True),
        ("your address\nand street.", "•", True),
    ]
    assert sentences(markdown("Acme Ltd\\\n– Privacy –\\\n1 Main Street")) == [
        "Acme Ltd",
        "– Privacy –",
        "1 Main Street",
    ]
