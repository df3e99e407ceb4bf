"""Pure decisions of taking in: names, grouping into items, catalogue rows, limits."""
