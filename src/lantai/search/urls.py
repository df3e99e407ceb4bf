"""The address of the search page, below the desk."""

from django.urls import path

from lantai.search import pages

app_name = "search"
urlpatterns = [path("search/", pages.search_records, name="search_records")]
