"""The classifier of records: trained on an archives' own decisions, calibrated, and able to say why.

Training stands apart in `training`, so that only those who train load what it needs.
"""

from lantai.recognition.adapters.classifier.features import groups_of
from lantai.recognition.adapters.classifier.files import read_model, write_model
from lantai.recognition.adapters.classifier.model import LinearModel

__all__ = ["LinearModel", "groups_of", "read_model", "write_model"]
