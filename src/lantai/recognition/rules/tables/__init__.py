"""Tables as pure structure: grids of rules or of white space, their cells, their text, joining and editing."""
