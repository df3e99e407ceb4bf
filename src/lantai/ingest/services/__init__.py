"""The acts of taking in, one file for each."""

from lantai.ingest.services.acceptance import close_sample, draw_sample, judge_volume
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
from lantai.ingest.services.work_orders import (
    add_volumes,
    add_workers,
    close_work_order,
    create_team,
    open_work_order,
)
from lantai.ingest.services.work_steps import link_batch, record_step, reject_volume

__all__ = [
    "add_volumes",
    "add_workers",
    "begin_upload",
    "close_batch",
    "close_sample",
    "close_work_order",
    "compare_catalogue",
    "continue_upload",
    "copy_batch",
    "create_team",
    "decide_quarantine",
    "describe_slice",
    "draw_sample",
    "edit_hot_folder",
    "give_up_reading",
    "judge_volume",
    "link_batch",
    "look_at_hot_folders",
    "open_batch",
    "open_upload_batch",
    "open_work_order",
    "read_slice",
    "receive_folder",
    "record_step",
    "reject_volume",
    "remove_upload",
    "retry_items",
    "store_slice",
    "submit_uploads",
    "take_in_folder",
    "take_in_packed_file",
]
