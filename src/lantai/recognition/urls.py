"""The addresses of the review of recognition, below the desk."""

from django.urls import path

from lantai.recognition import pages
from lantai.recognition.pages import opening_words, personal
from lantai.recognition.pages import tables

app_name = "recognition"
urlpatterns = [
    path("categories/", pages.categories, name="categories"),
    path("categories/run/", pages.category_run, name="category_run"),
    path("categories/train/", pages.train_categories, name="train_categories"),
    path("categories/models/<uuid:model_id>/use/", pages.use_model, name="use_model"),
    path("categories/why/<uuid:record_id>/", pages.explain_category, name="explain_category"),
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
    path("records/<uuid:record_id>/tables/", tables.record_tables, name="record_tables"),
    path("records/<uuid:record_id>/tables.xlsx", tables.record_sheets, name="record_sheets"),
    path("tables/<uuid:table_id>/change/", tables.change_table, name="change_table"),
    path("tables/<uuid:table_id>.xlsx", tables.table_sheet, name="table_sheet"),
    path("templates/", pages.templates_page, name="templates"),
    path("templates/new/", pages.new_template, name="new_template"),
    path("templates/<uuid:template_id>/", pages.template, name="template"),
    path("templates/<uuid:template_id>/revise/", pages.revise_template, name="revise_template"),
    path("templates/<uuid:template_id>/retire/", pages.retire_template, name="retire_template"),
    path("templates/<uuid:template_id>/try/", pages.try_on_page, name="try_template"),
    path("opening/", personal.opening_list, name="opening_list"),
    path("opening/prepare/", personal.prepare_openings, name="prepare_openings"),
    path("opening/export.xlsx", personal.opening_export, name="opening_export"),
    path("opening/next/", personal.next_opening, name="next_opening"),
    path("opening/words/", opening_words.review_words, name="review_words"),
    path("opening/words/put/", opening_words.put_word, name="put_word"),
    path("opening/words/import/", opening_words.import_words, name="import_words"),
    path("opening/words/export.csv", opening_words.export_words, name="export_words"),
    path("opening/words/<uuid:word_id>/remove/", opening_words.remove_word, name="remove_word"),
    path("opening/rule/", opening_words.set_rule, name="set_opening_rule"),
    path("opening/masks/<uuid:redaction_id>/decide/", personal.decide_mask, name="decide_mask"),
    path("opening/pages/<uuid:page_id>/draw/", personal.draw_mask, name="draw_mask"),
    path("opening/pages/<uuid:page_id>/check/", personal.check_masks, name="check_masks"),
    path("opening/<uuid:record_id>/", personal.opening_record, name="opening_record"),
    path("opening/<uuid:record_id>/find/", personal.find_again, name="find_again"),
    path("opening/<uuid:record_id>/opinion/", personal.give_opinion, name="give_opinion"),
]
