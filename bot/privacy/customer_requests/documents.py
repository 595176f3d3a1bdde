"""What was assembled, as files for the customer: a page to read, and the same for programs."""

from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import orjson

from bot.audit.entry import timestamp
from bot.company import Company, field_label, listed
from bot.privacy.customer_requests.assemble import Assembled
from bot.written import written_moment

if TYPE_CHECKING:
    from jinja2 import Template


def as_json(made: Assembled, company: Company, at: datetime) -> bytes:
    """Structured, commonly used and machine-readable (GDPR art. 20(1)): JSON."""
    document = {
        "request": made.request.name,
        "account": made.request.account,
        "company": company.name,
        "assembled_at": timestamp(at),
        "data": made.data,
        "complete": made.is_whole,
        "not_included": list(made.left_out),
        "held_for_you": list(made.held),
        "not_read": list(made.unread),
        "cut": list(made.cut),
        "recorded_as": list(made.entries),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def as_page(made: Assembled, company: Company, at: datetime, zone: tzinfo) -> str:
    """In an intelligible form (GDPR art. 12(1)): an HTML page that stands by itself and prints; all is escaped."""
    return _template().render(
        made=made,
        company=company,
        day=f"{at.astimezone(zone):%-d %B %Y}",
        groups=[
            (label, [(field_label(name), _lines(value, zone)) for name, value in data.items()])
            for label, data in _sorted(made)
        ],
        missing=listed(dict.fromkeys([*made.left_out, *made.unread, *made.cut])),
        held=listed(made.held),
    )


def _sorted(made: Assembled) -> list[tuple[str, dict[str, str | list[str]]]]:
    return [(label, data) for label, data in made.data.items() if data]


def _lines(value: str | list[str], zone: tzinfo) -> list[str]:
    """What stands beside a field, one line each, dates as people write them; "–" where it is empty."""
    lines = [value] if isinstance(value, str) else value
    return [written_moment(one, zone) or "–" for one in lines] or ["–"]


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined  # takes long to load, and few assemble anything

    source = (files(__package__) / "data.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)
