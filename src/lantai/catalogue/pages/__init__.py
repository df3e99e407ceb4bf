"""The pages of the catalogue: the tree of fonds, acts on one record, the register of defects."""
