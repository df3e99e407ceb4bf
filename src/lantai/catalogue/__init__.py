"""What is held and who may see it: fonds, records, parts and pages, codes, retention, opening and the access decision."""
