"""Trees served by ONNX Runtime: the one place that knows it."""

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from eddyline.football.situations import Floats


class OnnxTrees:
    """An ensemble in ONNX's form: `features` (rows, columns) in single precision in, one sum a row out."""

    def __init__(self, model: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def sums(self, features: NDArray[np.float32]) -> Floats:
        """Return the sum of the leaves that each row falls into."""
        return np.asarray(self._session.run(None, {"features": features})[0][:, 0], dtype=np.float64)
