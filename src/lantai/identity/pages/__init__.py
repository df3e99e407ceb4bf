"""The pages of identity: one's own account, units, accounts and their grants."""
