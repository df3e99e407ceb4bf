"""The maker of a believable archive of a city that does not exist, with the truth of every page beside it."""

from sample.archive import Made, Summary, iter_archive, make_archive

__all__ = ["Made", "Summary", "iter_archive", "make_archive"]
