"""The jobs of taking in, by name."""

from lantai.ingest import services
from lantai.ingest.services.finish import close_batch, queue_reading

JOBS = {
    "ingest.store_slice": services.store_slice,
    "ingest.describe_slice": services.describe_slice,
    "ingest.queue_reading": queue_reading,
    "ingest.read_slice": services.read_slice,
    "ingest.finish_item": services.finish_item,
    "ingest.close_batch": close_batch,
    "ingest.look_at_hot_folders": services.look_at_hot_folders,
}
SCHEDULE = {"ingest.look_at_hot_folders": "* * * * *"}
