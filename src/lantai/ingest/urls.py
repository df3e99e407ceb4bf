"""The addresses of the intake pages."""

from django.urls import path

from lantai.ingest import pages

app_name = "ingest"
urlpatterns = [
    path("intake/", pages.batches, name="batches"),
    path("intake/new/", pages.open_upload_batch, name="open_upload_batch"),
    path("intake/folders/", pages.hot_folders, name="hot_folders"),
    path("intake/uploads/<uuid:upload_id>/", pages.continue_upload, name="continue_upload"),
    path("intake/<uuid:batch_id>/", pages.batch, name="batch"),
    path("intake/<uuid:batch_id>/progress/", pages.batch_progress, name="batch_progress"),
    path("intake/<uuid:batch_id>/uploads/", pages.begin_upload, name="begin_upload"),
    path("intake/<uuid:batch_id>/submit/", pages.submit_uploads, name="submit_uploads"),
    path("intake/<uuid:batch_id>/retry/", pages.retry_items, name="retry_items"),
    path("quarantine/", pages.quarantine, name="quarantine"),
    path("quarantine/<uuid:item_id>/", pages.decide_quarantine, name="decide_quarantine"),
    path("digitisation/", pages.work_orders, name="work_orders"),
    path("digitisation/new/", pages.open_work_order, name="open_work_order"),
    path("digitisation/teams/", pages.work_teams, name="work_teams"),
    path("digitisation/<uuid:order_id>/", pages.work_order, name="work_order"),
    path("digitisation/<uuid:order_id>/volumes/", pages.add_volumes, name="add_volumes"),
    path("digitisation/<uuid:order_id>/step/", pages.record_step, name="record_step"),
    path("digitisation/<uuid:order_id>/reject/", pages.reject_volume, name="reject_volume"),
    path("digitisation/<uuid:order_id>/output/", pages.output, name="work_output"),
    path("digitisation/<uuid:order_id>/acceptance/", pages.acceptance, name="acceptance"),
    path("digitisation/<uuid:order_id>/acceptance/<uuid:sampled_id>/", pages.judge_volume, name="judge_volume"),
    path("digitisation/<uuid:order_id>/protocol/<uuid:sample_id>/", pages.protocol, name="protocol"),
    path("digitisation/<uuid:order_id>/close/", pages.close_work_order, name="close_work_order"),
]
