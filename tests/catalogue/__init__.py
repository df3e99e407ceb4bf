"""Tests of the catalogue, through its services, selectors, pages and API."""
