"""Who acts: the tree of units, accounts, roles held at a unit, access levels and the three administrators."""
