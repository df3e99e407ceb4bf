"""The jobs of taking in, by name."""

from lantai.ingest import services

JOBS = {
    "ingest.store_slice": services.store_slice,
    "ingest.describe_slice": services.describe_slice,
    "ingest.read_slice": services.read_slice,
    "ingest.close_batch": services.close_batch,
    "ingest.copy_batch": services.copy_batch,
    "ingest.look_at_hot_folders": services.look_at_hot_folders,
}
SCHEDULE = {"ingest.look_at_hot_folders": "* * * * *"}
GIVEN_UP = {"ingest.read_slice": services.give_up_reading}
