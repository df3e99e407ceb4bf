"""The addresses of preservation, below /manage/."""

from django.urls import path

from lantai.preservation import pages

app_name = "preservation"

urlpatterns = [
    path("keeping/", pages.keeping, name="keeping"),
    path("keeping/check/", pages.ask_for_check, name="ask_for_check"),
]
