"""Addresses of the homes, the open archives, the record page and the gallery."""

from django.urls import path

from lantai.web.pages import components, door, home, public, record

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("open/", public.open_archives, name="open"),
    path("open/fonds/", public.open_fonds, name="open_fonds"),
    path("open/ledger/", public.open_ledger, name="open_ledger"),
    path("open/records/<str:reference>/", public.open_record, name="open_record"),
    path("desk/", home.desk_home, name="desk"),
    path("desk/running/", home.desk_running, name="desk_running"),
    path("desk/records/<str:reference>/", record.record, name="record"),
    path("desk/records/<str:reference>/tab/<str:tab>/", record.record_tab, name="record_tab"),
    path("records/<str:reference>/pages/<int:number>/lines.json", record.page_lines, name="page_lines"),
    path("manage/public/", door.front_door, name="front_door"),
    path("manage/public/notices/new/", door.publish, name="publish_notice"),
    path("manage/public/notices/<uuid:notice_id>/withdraw/", door.withdraw, name="withdraw_notice"),
    path("manage/public/contacts/<uuid:archives_id>/", door.contact, name="set_contact"),
    path("manage/components/", components.components, name="components"),
]
