"""The browser, for the pages of the catalogue."""

from tests.browser.fixtures import browser, open_page

__all__ = ["browser", "open_page"]
