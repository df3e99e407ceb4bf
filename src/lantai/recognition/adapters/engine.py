"""The engine that reads: the two models packaged with RapidOCR on the runtime and device chosen by settings.

LANTAI_OCR_RUNTIME ("openvino", "onnxruntime") and LANTAI_OCR_DEVICE ("cpu", "gpu", "auto") choose; nothing set means
the fastest that is there, on the processor.
"""

import importlib.util
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from lantai.kernel.errors import InvalidError, UnavailableError, gettext_noop
from lantai.recognition.adapters import runtimes
from lantai.recognition.adapters.runtimes import Detector, Reader

DETECTOR = "PP-OCRv6_det_small.onnx"
READER = "PP-OCRv6_rec_small.onnx"
# Raised by hand when a change of the pipeline makes it worth reading pages again.
PIPELINE_VERSION = 3
RUNTIMES = ("openvino", "onnxruntime")
DEVICES = ("cpu", "gpu", "auto")


@dataclass(frozen=True, slots=True)
class Engine:
    """Both models of the pipeline, ready; `name` says which runtime, device and models, for the record of a reading."""

    name: str
    detector: Detector
    reader: Reader
    alphabet: tuple[str, ...]


_made: dict[str, Engine] = {}
_making = Lock()


def engine_here() -> Engine:
    """Return this process's engine, made at the first call, one thread wide.

    Raises UnavailableError if no runtime is installed or a graphics processor is asked for that is not there,
    InvalidError if a setting has a word that is not known.
    """
    with _making:
        if "engine" not in _made:
            _made["engine"] = make_engine(os.environ.get("LANTAI_OCR_RUNTIME", ""))
        return _made["engine"]


def engine_name_here() -> str:
    """Return the name of this process's engine without loading its models. Raises UnavailableError if there is none."""
    if "engine" in _made:
        return _made["engine"].name
    runtime = _runtime(os.environ.get("LANTAI_OCR_RUNTIME", ""))
    return _engine_name(runtime, _device(runtime))


def make_engine(runtime: str = "", device: str | None = None) -> Engine:
    """Load the models with `runtime` ("openvino", "onnxruntime" or "" for the best there is) on `device`."""
    runtime = _runtime(runtime)
    device = _device(runtime, device)
    folder = model_folder()
    if runtime == "openvino":
        detector, reader, characters = runtimes.load_openvino(folder / DETECTOR, folder / READER, device)
    else:
        detector, reader, characters = runtimes.load_onnxruntime(folder / DETECTOR, folder / READER, device)
    return Engine(_engine_name(runtime, device), detector, reader, _alphabet(characters))


def model_folder() -> Path:
    """Return the folder of the packaged models, without importing the package that brings them."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError(
            "recognition.no_models",
            gettext_noop("The models for reading text are not installed. Run ./lantai setup again."),
        )
    return Path(spec.submodule_search_locations[0]) / "models"


def _runtime(wanted: str) -> str:
    if wanted and wanted not in RUNTIMES:
        raise _unknown("LANTAI_OCR_RUNTIME", wanted, RUNTIMES)
    for runtime in RUNTIMES:
        if wanted in ("", runtime) and importlib.util.find_spec(runtime):
            return runtime
    raise UnavailableError(
        "recognition.no_engine",
        gettext_noop("No engine for reading text is installed. Run ./lantai setup again."),
    )


def _device(runtime: str, wanted: str | None = None) -> str:
    """Return "cpu" or "gpu": what is asked for, "auto" meaning a graphics processor only where there is one."""
    wanted = (os.environ.get("LANTAI_OCR_DEVICE", "") if wanted is None else wanted).lower() or "cpu"
    if wanted not in DEVICES:
        raise _unknown("LANTAI_OCR_DEVICE", wanted, DEVICES)
    if wanted == "cpu":
        return "cpu"
    if runtimes.has_gpu(runtime):
        return "gpu"
    if wanted == "auto":
        return "cpu"
    raise UnavailableError(
        "recognition.no_gpu",
        gettext_noop(
            "LANTAI_OCR_DEVICE asks for a graphics processor, but %(runtime)s finds none on this machine. "
            "Install its driver, or set LANTAI_OCR_DEVICE to auto or cpu."
        ),
        runtime=runtime,
    )


def _unknown(setting: str, value: str, known: tuple[str, ...]) -> InvalidError:
    return InvalidError(
        "recognition.unknown_setting",
        gettext_noop("%(setting)s is set to %(value)s, which is not known. Known are: %(known)s."),
        setting=setting,
        value=value,
        known=", ".join(known),
    )


def _alphabet(characters: str) -> tuple[str, ...]:
    """Class 0 is the CTC blank, the last one a space."""
    return ("", *characters.splitlines(), " ")


def _engine_name(runtime: str, device: str) -> str:
    place = "" if device == "cpu" else f"-{device}"
    return f"PP-OCRv6-small/{runtime}-{version(runtime).split('-')[0]}{place}/{PIPELINE_VERSION}"
