"""What is held and who may see it: fonds, records, parts, pages, codes, retention, opening and the access decision."""
