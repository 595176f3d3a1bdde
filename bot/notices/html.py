"""A difference as one HTML page that stands by itself, prints, and is read aloud: no script, nothing loaded."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.notices import rendering
from bot.notices.changes import Difference
from bot.notices.summary import summary

if TYPE_CHECKING:
    from jinja2 import Template


def as_html(difference: Difference, title: str, before: str, after: str) -> str:
    """The whole page; `before` and `after` say which versions these are. Everything is escaped."""
    return template("difference").render(
        title=title,
        before=before,
        after=after,
        lines=summary(difference),
        groups=list(rendering.groups(difference)),
        rendering=rendering,
    )


@cache
def template(name: str) -> "Template":
    """One of this package's templates; values are escaped, and an unknown name is an error."""
    from jinja2 import DictLoader, Environment, StrictUndefined  # takes long to load, and few look at such a page

    folder = files(__package__)
    sources = {one.name: one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".j2")}
    environment = Environment(
        loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(f"{name}.html.j2")
