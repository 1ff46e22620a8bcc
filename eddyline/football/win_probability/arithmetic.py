"""One arithmetic for a single moment (Python's floats) and for columns of them (numpy), so that a formula is written once."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Value = Any  # a float or an array of floats: whatever the arithmetic beside it works on


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The functions that Python's operators do not give."""

    exp: Callable[[Value], Value]
    log: Callable[[Value], Value]
    sqrt: Callable[[Value], Value]
    tanh: Callable[[Value], Value]
    least: Callable[[Value, Value], Value]
    most: Callable[[Value, Value], Value]


COLUMNS = Arithmetic(np.exp, np.log, np.sqrt, np.tanh, np.minimum, np.maximum)
SINGLE = Arithmetic(math.exp, math.log, math.sqrt, math.tanh, min, max)
