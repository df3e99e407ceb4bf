"""The addresses of the auditor's pages."""

from django.urls import path

from lantai.audit import pages

app_name = "audit"
urlpatterns = [
    path("ledger/", pages.ledger, name="ledger"),
    path("ledger/<uuid:entry_id>/", pages.ledger_entry, name="ledger_entry"),
]
