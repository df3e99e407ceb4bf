"""The composition root: settings, urls, jobs, command line. The only code that knows every package."""
