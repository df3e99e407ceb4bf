"""Run the two networks by OpenVINO or by ONNX Runtime, one thread wide, with nothing let near a network.

The models are local files, and OpenVINO's telemetry package is shut out before import.
"""

import sys
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int32]


class Detector(Protocol):
    """The network that finds text."""

    def infer(self, batch: Floats) -> Floats:
        """Return the share of text at each pixel of `batch`; the array is valid until the next call."""
        ...


class Reader(Protocol):
    """The network that reads runs of text."""

    def best_two(self, batch: Floats) -> tuple[Codes, Floats]:
        """Return the two likeliest classes of each column of `batch` and their probabilities, (n, columns, 2) each."""
        ...


def has_gpu(runtime: str) -> bool:
    """Tell whether `runtime` finds a graphics processor here."""
    if runtime == "openvino":
        return any(name.startswith("GPU") for name in _openvino().Core().available_devices)
    import onnxruntime

    return bool(_GPU_PROVIDERS & set(onnxruntime.get_available_providers()))


# The runtime keeps compiled pieces for the shapes it met: 16, less than one network has, compiled nearly every batch anew
# (a tenth of the reader's time); with 2,000 a process grew past 1,000 MiB over 200 pages.
_ONE_THREAD = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "PERFORMANCE_HINT": "LATENCY",
    "CPU_RUNTIME_CACHE_CAPACITY": "64",
}


def _openvino() -> Any:
    # Importing openvino sends a telemetry event if this package can be imported; None makes that an ImportError.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def load_openvino(detector: Path, reader: Path, device: str) -> tuple[Detector, Reader, str]:
    """Return both networks and the characters the reader knows."""
    core = _openvino().Core()
    options = _openvino_options(core, device)
    reading = core.read_model(str(reader))
    characters = str(reading.get_rt_info()["framework"]["character"].value)
    finding = core.compile_model(core.read_model(str(detector)), device.upper(), options)
    reading = core.compile_model(_keeping_two(reading), device.upper(), options)
    return _OpenVinoDetector(finding), _OpenVinoReader(reading), characters


def _openvino_options(core: Any, device: str) -> dict[str, Any]:
    """Return how to compile: half the bits where the processor multiplies them at twice the speed (see ADR 0100)."""
    if device != "cpu":
        return {"PERFORMANCE_HINT": "LATENCY"}
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return {**_ONE_THREAD, "INFERENCE_PRECISION_HINT": "bf16" if able else "f32"}


def _keeping_two(model: Any) -> Any:
    """Return `model` ending in the two likeliest of its 18,710 classes: all of them are never written to memory."""
    openvino = _openvino()
    from openvino import opset13 as operations

    last = model.outputs[0].get_node().input_value(0)
    two = operations.topk(last, operations.constant(2, dtype=np.int32), 2, "max", "value")
    results = [operations.result(two.output(place)) for place in (0, 1)]
    return openvino.Model(results, model.get_parameters(), "reader")


class _OpenVinoDetector:
    def __init__(self, model: Any) -> None:
        self._request = model.create_infer_request()

    def infer(self, batch: Floats) -> Floats:
        self._request.infer([batch], share_inputs=True)
        output: Floats = self._request.get_output_tensor(0).data
        return output


class _OpenVinoReader:
    def __init__(self, model: Any) -> None:
        self._request = model.create_infer_request()

    def best_two(self, batch: Floats) -> tuple[Codes, Floats]:
        self._request.infer([batch], share_inputs=True)
        shares = self._request.get_output_tensor(0).data.astype(np.float32)
        return self._request.get_output_tensor(1).data.astype(np.int32), shares


_GPU_PROVIDERS = {"CUDAExecutionProvider", "ROCMExecutionProvider", "DmlExecutionProvider", "MIGraphXExecutionProvider"}


class _OnnxModel:
    def __init__(self, path: Path, device: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        there = onnxruntime.get_available_providers()
        wanted = [name for name in there if name in _GPU_PROVIDERS] if device == "gpu" else []
        self.session = onnxruntime.InferenceSession(str(path), options, providers=[*wanted, "CPUExecutionProvider"])
        self._input = self.session.get_inputs()[0].name

    def infer(self, batch: Floats) -> Floats:
        output: Floats = self.session.run(None, {self._input: batch})[0]
        return output

    def best_two(self, batch: Floats) -> tuple[Codes, Floats]:
        shares = self.infer(batch)
        first = shares.argmax(2, keepdims=True)
        best = np.take_along_axis(shares, first, 2)
        np.put_along_axis(shares, first, np.float32(-1), 2)
        second = shares.argmax(2, keepdims=True)
        codes = np.concatenate([first, second], 2).astype(np.int32)
        return codes, np.concatenate([best, np.take_along_axis(shares, second, 2)], 2)


def load_onnxruntime(detector: Path, reader: Path, device: str) -> tuple[Detector, Reader, str]:
    """Return both networks and the characters the reader knows."""
    reading = _OnnxModel(reader, device)
    characters = str(reading.session.get_modelmeta().custom_metadata_map["character"])
    return _OnnxModel(detector, device), reading, characters
