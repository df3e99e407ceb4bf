"""The tests, one folder for each package; see CONTRIBUTING."""
