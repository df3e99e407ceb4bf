"""Pure decisions of viewing: what an IIIF request asks for, and where a watermark falls."""
