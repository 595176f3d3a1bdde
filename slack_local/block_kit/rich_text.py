"""Rich text. Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

from collections.abc import Mapping

from slack_local.block_kit.checks import Check, anything, by_type, flag, integer, items, one_of, shape, string
from slack_local.block_kit.composition import TEXT_LIMIT, block_id

_asked: Mapping[str, Check] = {"type": anything}
_style = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), flag))
_styled: Mapping[str, Check] = {"style": _style}
_ID = string(255)


def _piece(styled: bool = True, **required: Check) -> Check:  # noqa: FBT001, FBT002 - one switch of a table below
    return shape({**_asked, **required}, _styled if styled else {})


_pieces = by_type(
    {
        "text": _piece(text=string(TEXT_LIMIT * 4)),
        "link": shape({**_asked, "url": string(3000)}, {**_styled, "text": string(TEXT_LIMIT * 4), "unsafe": flag}),
        "user": _piece(user_id=_ID),
        "usergroup": _piece(usergroup_id=_ID),
        "channel": _piece(channel_id=_ID),
        "broadcast": _piece(range=one_of("here", "channel", "everyone")),
        "emoji": shape({**_asked, "name": string(255)}, {**_styled, "unicode": string(255)}),
        "color": _piece(styled=False, value=string(255)),
        "date": shape(
            {**_asked, "timestamp": integer(0, 9_999_999_999), "format": string(255)},
            {**_styled, "url": string(3000), "fallback": string(255)},
        ),
    }
)
_MANY = 1000
_line = items(_pieces, 0, _MANY)
_section = shape({**_asked, "elements": _line}, {})
_border: Mapping[str, Check] = {"border": integer(0, 1)}

_parts = by_type(
    {
        "rich_text_section": _section,
        "rich_text_list": shape(
            {
                **_asked,
                "style": one_of("bullet", "ordered"),
                "elements": items(by_type({"rich_text_section": _section}), 0, _MANY),
            },
            {"indent": integer(0, 8), "offset": integer(0, 1_000_000), **_border},
        ),
        "rich_text_preformatted": shape({**_asked, "elements": _line}, {**_border, "language": string(100)}),
        "rich_text_quote": shape({**_asked, "elements": _line}, _border),
    }
)

rich_text = shape({**_asked, "elements": items(_parts, 0, _MANY)}, {"block_id": block_id})
