"""What every package stands on: clock, ids, errors, digests, paging, Actor, Filter, queue port. No Django here."""
