"""Searchable PDF/A files: the original picture of each page with its read text, unseen, in its place."""

from lantai.viewing.adapters.dual_layer.composing import About, Composer, DualPage
from lantai.viewing.adapters.dual_layer.page_pictures import PagePicture, pixels_as_picture
from lantai.viewing.adapters.dual_layer.sources import pictures_of

__all__ = ["About", "Composer", "DualPage", "PagePicture", "pictures_of", "pixels_as_picture"]
