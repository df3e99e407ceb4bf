"""How Chinese text is compared, cut into tokens, sounded and marked: once, for everyone. No rows, no Django."""
