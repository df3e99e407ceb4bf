"""The addresses of pictures and manifests."""

from django.urls import path

from lantai.viewing import pages

app_name = "viewing"
urlpatterns = [
    path("iiif/image/<uuid:page_id>", pages.image_base, name="image"),
    path("iiif/image/<uuid:page_id>/info.json", pages.image_info, name="image_info"),
    path(
        "iiif/image/<uuid:page_id>/<str:region>/<str:size>/<str:rotation>/<str:quality>.<str:form>",
        pages.image,
        name="image_part",
    ),
    path("iiif/record/<uuid:record_id>/manifest.json", pages.manifest, name="manifest"),
    path("iiif/record/<uuid:record_id>/searchable.pdf", pages.searchable, name="searchable"),
    path("desk/files/<uuid:part_id>/", pages.part, name="part"),
    path("desk/files/<uuid:part_id>/preview.jpg", pages.preview, name="preview"),
]
