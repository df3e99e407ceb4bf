"""The addresses of the review of recognition, below the desk."""

from django.urls import path

from lantai.recognition import pages

app_name = "recognition"
urlpatterns = [
    path("review/", pages.review_queue, name="review_queue"),
    path("review/strips/", pages.review_strips, name="review_strips"),
    path("review/agreement/", pages.accuracy, name="accuracy"),
    path("review/next/", pages.next_record, name="next_record"),
    path("review/<uuid:record_id>/", pages.review_record, name="review_record"),
    path("quality/", pages.quality_queue, name="quality_queue"),
    path("quality/next/", pages.next_quality_record, name="next_quality_record"),
    path("quality/rescan/", pages.rescan_list, name="rescan_list"),
    path("quality/limits/", pages.quality_limits, name="quality_limits"),
    path("quality/<uuid:record_id>/", pages.quality_record, name="quality_record"),
    path("quality/<uuid:record_id>/decide/", pages.decide_quality, name="decide_quality"),
    path("quality/findings/<uuid:finding_id>/reopen/", pages.reopen_quality, name="reopen_quality"),
    path("review/suggestions/<uuid:suggestion_id>/decide/", pages.decide_suggestion, name="decide_suggestion"),
    path("templates/", pages.templates_page, name="templates"),
    path("templates/new/", pages.new_template, name="new_template"),
    path("templates/<uuid:template_id>/", pages.template, name="template"),
    path("templates/<uuid:template_id>/revise/", pages.revise_template, name="revise_template"),
    path("templates/<uuid:template_id>/retire/", pages.retire_template, name="retire_template"),
    path("templates/<uuid:template_id>/try/", pages.try_on_page, name="try_template"),
]
