"""The neural models that come packaged with RapidOCR, run by OpenVINO or, where that is missing, by ONNX Runtime.

Neither is let near a network: the models are local files, and OpenVINO's telemetry package is shut out before import.
"""

import importlib.util
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lantai.kernel.errors import UnavailableError, gettext_noop

DETECTOR = "PP-OCRv6_det_small.onnx"
READER = "PP-OCRv6_rec_small.onnx"
# Raised by hand when a change of the pipeline makes it worth reading pages again.
PIPELINE_VERSION = 1

Floats = npt.NDArray[np.float32]


class Model(Protocol):
    """A loaded network with one input and one output."""

    def infer(self, batch: Floats) -> Floats:
        """Return the output for `batch`; the array is valid until the next call."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """Both models of the pipeline, ready; `name` says which runtime and models, for the record of a reading."""

    name: str
    detector: Model
    reader: Model
    alphabet: tuple[str, ...]


_made: dict[str, Engine] = {}
_making = Lock()


def engine_here() -> Engine:
    """Return this process's engine, made at the first call, one thread wide.

    LANTAI_OCR_RUNTIME=onnxruntime chooses the fallback by hand. Raises UnavailableError if no runtime is installed.
    """
    with _making:
        if "engine" not in _made:
            _made["engine"] = make_engine(os.environ.get("LANTAI_OCR_RUNTIME", ""))
        return _made["engine"]


def engine_name_here() -> str:
    """Return the name of this process's engine without loading its models. Raises UnavailableError if there is none."""
    if "engine" in _made:
        return _made["engine"].name
    wanted = os.environ.get("LANTAI_OCR_RUNTIME", "")
    for runtime in ("openvino", "onnxruntime"):
        if wanted in ("", runtime) and importlib.util.find_spec(runtime):
            return _engine_name(runtime, version(runtime).split("-")[0])
    raise _no_engine()


def make_engine(runtime: str = "") -> Engine:
    """Load the models with `runtime` ("openvino", "onnxruntime" or "" for the best there is)."""
    if runtime in ("", "openvino") and importlib.util.find_spec("openvino"):
        return _openvino_engine()
    if importlib.util.find_spec("onnxruntime"):
        return _onnxruntime_engine()
    raise _no_engine()


def _no_engine() -> UnavailableError:
    return UnavailableError(
        "recognition.no_engine",
        gettext_noop("No engine for reading text is installed. Run ./lantai setup again."),
    )


def model_folder() -> Path:
    """Return the folder of the packaged models, without importing the package that brings them."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError(
            "recognition.no_models",
            gettext_noop("The models for reading text are not installed. Run ./lantai setup again."),
        )
    return Path(spec.submodule_search_locations[0]) / "models"


def _alphabet(characters: str) -> tuple[str, ...]:
    """Class 0 is the CTC blank, the last one a space."""
    return ("", *characters.splitlines(), " ")


def _engine_name(runtime: str, version: str) -> str:
    return f"PP-OCRv6-small/{runtime}-{version}/{PIPELINE_VERSION}"


# The runtime keeps compiled pieces for every shape it met; without a cap a process grows by a third (904 to 686 MiB).
_ONE_THREAD = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "PERFORMANCE_HINT": "LATENCY",
    "CPU_RUNTIME_CACHE_CAPACITY": "16",
}


class _OpenVinoModel:
    def __init__(self, core: Any, model: Any) -> None:
        self._request = core.compile_model(model, "CPU", _ONE_THREAD).create_infer_request()

    def infer(self, batch: Floats) -> Floats:
        self._request.infer([batch], share_inputs=True)
        output: Floats = self._request.get_output_tensor().data
        return output


def _openvino_engine() -> Engine:
    # Importing openvino sends a telemetry event if this package can be imported; None makes that an ImportError.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    core = openvino.Core()
    folder = model_folder()
    reader = core.read_model(str(folder / READER))
    characters = str(reader.get_rt_info()["framework"]["character"].value)
    return Engine(
        name=_engine_name("openvino", version("openvino").split("-")[0]),
        detector=_OpenVinoModel(core, core.read_model(str(folder / DETECTOR))),
        reader=_OpenVinoModel(core, reader),
        alphabet=_alphabet(characters),
    )


class _OnnxModel:
    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self.session.get_inputs()[0].name

    def infer(self, batch: Floats) -> Floats:
        output: Floats = self.session.run(None, {self._input: batch})[0]
        return output


def _onnxruntime_engine() -> Engine:
    folder = model_folder()
    reader = _OnnxModel(folder / READER)
    characters = str(reader.session.get_modelmeta().custom_metadata_map["character"])
    return Engine(
        name=_engine_name("onnxruntime", version("onnxruntime").split("-")[0]),
        detector=_OnnxModel(folder / DETECTOR),
        reader=reader,
        alphabet=_alphabet(characters),
    )
