"""A model as data: arrays in an npz archive with a JSON head. Nothing in it is ever run, and nothing is unpickled."""

import io
import json
import zipfile
from dataclasses import asdict
from typing import Any

import numpy as np

from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _
from lantai.recognition.adapters.classifier.features import PLANS, Block, BlockPlan, Features
from lantai.recognition.adapters.classifier.model import Calibration, LinearModel

FORMAT = "lantai.classifier/1"
MOST_BYTES = 512 << 20


def write_model(model: LinearModel) -> bytes:
    """Return `model` as the bytes of an npz archive: `head` is JSON, the rest are plain arrays."""
    head = {
        "format": FORMAT,
        "classes": list(model.classes),
        "sharpness": model.calibration.sharpness,
        "blocks": [asdict(block.plan) for block in model.features.blocks],
        "words": {block.plan.name: list(block.names) for block in model.features.blocks if not block.plan.high},
    }
    arrays: dict[str, Any] = {
        "weights": np.asarray(model.weights, dtype=np.float32),
        "intercepts": np.asarray(model.intercepts, dtype=np.float32),
        "biases": np.asarray(model.calibration.biases, dtype=np.float64),
        "head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
    }
    for block in model.features.blocks:
        arrays[f"rarity_{block.plan.name}"] = block.rarity
        if block.plan.high:
            arrays[f"keys_{block.plan.name}"] = block.names
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def read_model(content: bytes) -> LinearModel:
    """Return the model that `write_model` wrote. Raises InvalidError for anything else."""
    try:
        return _read(content)
    except (ValueError, KeyError, TypeError, IndexError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidError(
            "recognition.model_damaged",
            _("This model cannot be read: it is damaged. Train a new one, or go back to a former one."),
        ) from error


def _read(content: bytes) -> LinearModel:
    _check_size(content)
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise ValueError(head["format"])
        blocks = [_block(BlockPlan(**plan), head, arrays) for plan in head["blocks"]]
        features = Features(blocks)
        classes = tuple(str(name) for name in head["classes"])
        weights, intercepts, biases = arrays["weights"], arrays["intercepts"], arrays["biases"]
    if weights.shape != (int(features.starts[-1]), len(classes)) or intercepts.shape != biases.shape != (len(classes),):
        raise ValueError("the parts do not fit together")
    return LinearModel(classes, features, weights, intercepts, Calibration(float(head["sharpness"]), biases))


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise ValueError("too large")


def _block(plan: BlockPlan, head: dict[str, Any], arrays: Any) -> Block:
    if plan.name not in {known.name for known in PLANS}:
        raise ValueError(plan.name)
    names: Any = arrays[f"keys_{plan.name}"] if plan.high else [str(word) for word in head["words"][plan.name]]
    rarity = arrays[f"rarity_{plan.name}"]
    if len(names) != len(rarity) or (plan.high and names.dtype != np.uint64):
        raise ValueError(plan.name)
    return Block(plan, names, rarity)
