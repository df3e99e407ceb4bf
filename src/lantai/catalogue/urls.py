"""Addresses of the catalogue, below /desk/."""

from django.urls import path

from lantai.catalogue.pages import defects, fonds, records

app_name = "catalogue"
urlpatterns = [
    path("fonds/", fonds.fonds_tree, name="fonds_tree"),
    path("fonds/new/", fonds.create_fonds, name="create_fonds"),
    path("fonds/<uuid:fonds_id>/groups/", fonds.groups, name="groups"),
    path("fonds/<uuid:fonds_id>/codes/", fonds.codes, name="codes"),
    path("fonds/<uuid:fonds_id>/records/", fonds.records, name="records"),
    path("fonds/<str:reference>/", fonds.fonds, name="fonds"),
    path("records/<uuid:record_id>/children/", fonds.children, name="children"),
    path("records/<uuid:record_id>/acts/", records.record_acts, name="record_acts"),
    path("records/<uuid:record_id>/describe/", records.edit_record, name="edit_record"),
    path("records/<uuid:record_id>/opening/", records.decide_opening, name="decide_opening"),
    path("records/<uuid:record_id>/move/", records.move_record, name="move_record"),
    path("records/<uuid:record_id>/grants/", records.grant_view, name="grant_view"),
    path("records/<uuid:record_id>/defects/", records.report_defect, name="report_defect"),
    path("records/<uuid:record_id>/release/", records.release_record, name="release_record"),
    path("grants/<uuid:grant_id>/revoke/", records.revoke_view, name="revoke_view"),
    path("defects/", defects.defects, name="defects"),
    path("defects/new/", defects.report_fonds_defect, name="report_fonds_defect"),
    path("defects/<uuid:defect_id>/close/", defects.close_defect, name="close_defect"),
]
