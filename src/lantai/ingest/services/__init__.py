"""The acts of taking in, one file for each."""

from lantai.ingest.services.decide import decide_quarantine
from lantai.ingest.services.finish import finish_item, read_slice
from lantai.ingest.services.hot_folders import edit_hot_folder, look_at_hot_folders
from lantai.ingest.services.receive import (
    compare_catalogue,
    open_batch,
    receive_folder,
    take_in_folder,
    take_in_packed_file,
)
from lantai.ingest.services.retry import retry_items
from lantai.ingest.services.store import describe_slice, store_slice
from lantai.ingest.services.uploads import begin_upload, continue_upload, open_upload_batch, submit_uploads

__all__ = [
    "begin_upload",
    "compare_catalogue",
    "continue_upload",
    "decide_quarantine",
    "describe_slice",
    "edit_hot_folder",
    "finish_item",
    "look_at_hot_folders",
    "open_batch",
    "open_upload_batch",
    "read_slice",
    "receive_folder",
    "retry_items",
    "store_slice",
    "submit_uploads",
    "take_in_folder",
    "take_in_packed_file",
]
