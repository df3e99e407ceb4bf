"""The browser fixtures, for the tests of this folder."""

from tests.browser.fixtures import browser, open_page

__all__ = ["browser", "open_page"]
