"""Small makers of rows for tests, one module for each package."""
