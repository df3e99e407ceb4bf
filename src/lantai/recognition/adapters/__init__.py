"""Outside programs of recognition: OCR models, picture work, readers of document formats."""
