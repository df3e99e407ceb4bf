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
    path("review/suggestions/<uuid:suggestion_id>/decide/", pages.decide_suggestion, name="decide_suggestion"),
]
