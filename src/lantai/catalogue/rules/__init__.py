"""Decisions of the catalogue: who may see a record, how a code is written, what a description must hold."""

from lantai.catalogue.rules.access import ViewGrant, record_facts, viewing_filter

__all__ = ["ViewGrant", "record_facts", "viewing_filter"]
