"""The windows in which the page is looked at: pixels wide and high."""

from collections.abc import Callable

from playwright.sync_api import Page

DESKTOP = (1280, 800)
PHONE = (390, 844)

OpenPage = Callable[..., Page]
"""Opens an address ("?as=inese") in a browser of its own; `size` is a window, `scheme` "light" or "dark"."""
