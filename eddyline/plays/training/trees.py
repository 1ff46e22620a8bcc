"""Fitting the trees that are added to an offset (LightGBM), and writing them for ONNX Runtime."""

from collections.abc import Iterator
from typing import Any

import lightgbm
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from eddyline.football.situations import Floats
from eddyline.football.win_probability.arithmetic import COLUMNS
from eddyline.football.win_probability.residual import FEATURES, features
from eddyline.football.win_probability.terms import clock, columns
from eddyline.plays.scored_plays import ScoredPlays

TREES = 25  # 60 and more cost calibration with each season left out
SEEDS = (1, 2, 3)
SETTINGS = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.05,
    "min_data_in_leaf": 2000,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 50.0,
    "max_bin": 127,
    "monotone_constraints": list(FEATURES.values()),
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def told_of(rows: ScoredPlays) -> NDArray[np.float32]:
    """Return the features of scored plays."""
    moment = columns(rows.plays.situations())
    return features(moment, clock(COLUMNS, moment))


def fit(told: NDArray[np.float32], won: Floats, offset: Floats) -> list[lightgbm.Booster]:
    """Return an ensemble a seed, each fitted on top of the offset's log odds; their mean is what is added."""
    return [lightgbm.train(SETTINGS | {"seed": seed}, _data(told, won, offset), TREES) for seed in SEEDS]


def added(boosters: list[lightgbm.Booster], told: NDArray[np.float32]) -> Floats:
    """Return the log odds that ensembles add, as LightGBM computes them."""
    return np.asarray(np.mean([booster.predict(told, raw_score=True) for booster in boosters], axis=0))


def to_onnx(boosters: list[lightgbm.Booster]) -> bytes:
    """Return the ensembles' mean as one ONNX model."""
    trees = [tree["tree_structure"] for booster in boosters for tree in booster.dump_model()["tree_info"]]
    nodes = [node for number, tree in enumerate(trees) for node in _nodes(number, tree)]
    leaves = [node for node in nodes if node["mode"] == "LEAF"]
    told: dict[str, Any] = {"n_targets": 1} | {f"nodes_{name}": [node[key] for node in nodes] for name, key in _ATTRIBUTES.items()}
    told |= {
        "target_treeids": [leaf["tree"] for leaf in leaves],
        "target_nodeids": [leaf["id"] for leaf in leaves],
        "target_ids": [0] * len(leaves),
        "target_weights": [leaf["leaf"] / len(boosters) for leaf in leaves],
    }
    ensemble = helper.make_node("TreeEnsembleRegressor", ["features"], ["sums"], domain="ai.onnx.ml", **told)
    into = helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(FEATURES)])
    out = helper.make_tensor_value_info("sums", TensorProto.FLOAT, [None, 1])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(helper.make_graph([ensemble], "residual", [into], [out]), opset_imports=opsets, ir_version=8, producer_name="eddyline")
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


_ATTRIBUTES = {
    "treeids": "tree",
    "nodeids": "id",
    "modes": "mode",
    "featureids": "feature",
    "values": "threshold",
    "truenodeids": "left",
    "falsenodeids": "right",
}


def _data(told: NDArray[np.float32], won: Floats, offset: Floats) -> lightgbm.Dataset:
    return lightgbm.Dataset(told, won, init_score=offset, feature_name=list(FEATURES), params={"verbose": -1, "max_bin": SETTINGS["max_bin"]})


def _nodes(tree: int, root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting, number = [(0, root)], 0
    while waiting:
        place, node = waiting.pop()
        if "leaf_value" in node:
            yield {"tree": tree, "id": place, "mode": "LEAF", "feature": 0, "threshold": 0.0, "left": 0, "right": 0, "leaf": node["leaf_value"]}
            continue
        left, right, number = number + 1, number + 2, number + 2
        waiting += [(left, node["left_child"]), (right, node["right_child"])]
        threshold = _single(node["threshold"])
        yield {"tree": tree, "id": place, "mode": "BRANCH_LEQ", "feature": node["split_feature"], "threshold": threshold, "left": left, "right": right}


def _single(threshold: float) -> float:
    """Return the largest number in single precision that is not above: for features in single precision the same side is chosen."""
    rounded = np.float32(threshold)
    # As floats: numpy would round the threshold before it compares.
    return float(rounded if float(rounded) <= threshold else np.nextafter(rounded, np.float32(-np.inf)))
