"""Looking at records: pyramids for use, the IIIF interfaces behind the access decision, and a watermark with the reader's name."""
