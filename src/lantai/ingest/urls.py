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
]
