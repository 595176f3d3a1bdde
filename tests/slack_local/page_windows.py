"""The windows in which the page is looked at: pixels wide and high; and how long one looks."""

from collections.abc import Callable

from playwright.sync_api import Page

DESKTOP = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 45_000
"""How long what has to come may take: a machine with much to do is slow to draw."""

OpenPage = Callable[..., Page]
"""Opens an address ("?as=inese") in a browser of its own; `size` is a window, `scheme` "light" or "dark"."""
