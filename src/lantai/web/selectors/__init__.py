"""What the pages of this package show, gathered from the packages below."""
