"""The rows of taking in: what was sent, and digitisation as work."""

from lantai.ingest.models.intake import Batch, HandoverList, HotFolder, Intake, IntakeFile, IntakeItem, Upload
from lantai.ingest.models.work import (
    AcceptanceSample,
    SampledVolume,
    Step,
    Worker,
    WorkOrder,
    WorkStep,
    WorkTeam,
    WorkVolume,
)

__all__ = [
    "AcceptanceSample",
    "Batch",
    "HandoverList",
    "HotFolder",
    "Intake",
    "IntakeFile",
    "IntakeItem",
    "SampledVolume",
    "Step",
    "Upload",
    "WorkOrder",
    "WorkStep",
    "WorkTeam",
    "WorkVolume",
    "Worker",
]
