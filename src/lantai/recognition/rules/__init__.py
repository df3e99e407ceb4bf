"""Pure decisions of recognition: layout, reading order, ALTO, facts, secrecy marks. No Django, no pictures."""
