"""Addresses of the homes, the record page and the gallery."""

from django.urls import path

from lantai.web.pages import components

app_name = "web"
urlpatterns = [
    path("desk/records/<str:reference>/pages/<int:number>/lines.json", components.components, name="page_lines"),
    path("manage/components/", components.components, name="components"),
]
