"""The line of each key."""

import textwrap
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from bot.configuration.lines import lines_of

TEXT = textwrap.dedent(
    '''\
    # a comment
    top = 1

    [company]
    name = "A"   # here

    [policy]
    notice = { at = "09:00", deep = { er = 1 } }
    text = """
    [company]
    name = "not this one"
    """
    list = [
      "a",   # [purposes]
      "b",
    ]
    after = 1
    [purposes.billing]
    dotted.key = 1
    "quoted key" = 2
    [[entries]]
    one = 1
    [[entries]]
    one = 2
    '''
)


def test_keys_of_every_form() -> None:
    lines = lines_of(TEXT)
    expected = {
        "top": 2,
        "company": 4,
        "company.name": 5,
        "policy.notice": 8,
        "policy.notice.at": 8,
        "policy.notice.deep.er": 8,
        "policy.text": 9,
        "policy.list": 13,
        "policy.after": 17,
        "purposes": 18,
        "purposes.billing": 18,
        "purposes.billing.dotted.key": 19,
        "purposes.billing.quoted key": 20,
        "entries": 21,
        "entries.one": 22,
    }
    assert {where: lines.at(where) for where in expected} == expected


def test_what_is_missing_is_placed_at_its_table() -> None:
    lines = lines_of(TEXT)
    assert lines.at("company.contact") == 4
    assert lines.of(("policy", "list", 1)) == 13
    assert lines.at("groups.support") is None


keys = st.text("abcdef", min_size=1, max_size=3)


@given(
    st.dictionaries(
        keys, st.dictionaries(keys, st.sampled_from(["1", '"x"', "[\n1,\n2]", '"""\n[a]\n"""', "{ a = 1 }"]))
    )
)
def test_every_key_of_a_file_is_found_where_it_was_written(tables: dict[str, dict[str, str]]) -> None:
    text = ""
    expected: dict[tuple[str, ...], int] = {}
    for table, values in tables.items():
        expected[(table,)] = text.count("\n") + 1
        text += f"[{table}]\n\n"
        for key, value in values.items():
            expected[(table, key)] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    tomllib.loads(text)
    lines = lines_of(text)
    assert {path: lines.of(path) for path in expected} == expected
