"""The acts of taking in, one file for each."""

from lantai.ingest.services.decide import decide_quarantine
from lantai.ingest.services.describe import describe_slice
from lantai.ingest.services.finish import close_batch, copy_batch, give_up_reading, read_slice
from lantai.ingest.services.hot_folders import edit_hot_folder, look_at_hot_folders
from lantai.ingest.services.linking import compare_catalogue
from lantai.ingest.services.opening import open_batch
from lantai.ingest.services.receive import receive_folder, take_in_folder, take_in_packed_file
from lantai.ingest.services.retry import retry_items
from lantai.ingest.services.store import store_slice
from lantai.ingest.services.uploads import (
    begin_upload,
    continue_upload,
    open_upload_batch,
    remove_upload,
    submit_uploads,
)

__all__ = [
    "begin_upload",
    "close_batch",
    "compare_catalogue",
    "continue_upload",
    "copy_batch",
    "decide_quarantine",
    "describe_slice",
    "edit_hot_folder",
    "give_up_reading",
    "look_at_hot_folders",
    "open_batch",
    "open_upload_batch",
    "read_slice",
    "receive_folder",
    "remove_upload",
    "retry_items",
    "store_slice",
    "submit_uploads",
    "take_in_folder",
    "take_in_packed_file",
]
