"""Addresses of the homes, the open archives, the record page and the gallery."""

from django.urls import path

from lantai.web.pages import components, door

app_name = "web"
urlpatterns = [
    path("manage/public/", door.front_door, name="front_door"),
    path("manage/public/notices/new/", door.publish, name="publish_notice"),
    path("manage/public/notices/<uuid:notice_id>/withdraw/", door.withdraw, name="withdraw_notice"),
    path("manage/public/contacts/<uuid:archives_id>/", door.contact, name="set_contact"),
    path("manage/components/", components.components, name="components"),
]
