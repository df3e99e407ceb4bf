"""The pages of this package, one module per page."""
