"""What can be wrong with the ledger: one code and one sentence for each kind of fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lantai.kernel.errors import gettext_noop as _

MESSAGES: Mapping[str, str] = {
    "entry_altered": _("The bytes of entry %(seq)s (%(entry)s) are not those that were sealed."),
    "entry_unreadable": _("Entry %(seq)s (%(entry)s) does not hold an act in a known form."),
    "column_altered": _("The column %(column)s of entry %(seq)s (%(entry)s) does not say what its sealed bytes say."),
    "entry_missing": _("Entry %(seq)s is gone from the table of entries; its sealed hash is still there."),
    "leaf_missing": _("The sealed hash of entry %(seq)s is gone."),
    "leaf_reordered": _("Entry %(seq)s (%(entry)s) does not stand where it was sealed."),
    "node_altered": _("The stored hash over entries %(first)s to %(seq)s does not fit them."),
    "node_missing": _("The stored hash over entries %(first)s to %(seq)s is gone."),
    "sealing_altered": _(
        "The sealer's note about the entries from %(first)s to %(seq)s does not fit the notes before it."
    ),
    "end_missing": _("The ledger ends after entry %(last)s, but %(seq)s entries were sealed."),
    "checkpoint_forged": _("The checkpoint over %(seq)s entries is not signed with this ledger's key."),
    "checkpoint_root": _(
        "The root over the first %(seq)s entries is not the one that was signed: entries after %(last)s were replaced."
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at the place `seq` of the ledger (0 for an entry not sealed yet)."""

    code: str
    seq: int
    entry: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence for people, in English, to be translated and then filled with `values`."""
        return MESSAGES[self.code]

    @property
    def values(self) -> dict[str, object]:
        return {"seq": self.seq, "entry": self.entry, **self.facts}

    def __str__(self) -> str:
        return self.message % self.values
