"""Regressions by Newton's method: the same numbers on every machine, no solver of anyone else's."""

import numpy as np

from eddyline.football.situations import Floats, Ints

STEPS = 50
CLOSE = 1e-9


def logistic(x: Floats, y: Floats, weights: Floats | None = None, ridge: float = 1e-2) -> Floats:
    """Return the coefficients of a logistic regression with a small ridge."""
    w = np.ones(len(y)) if weights is None else weights
    found = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(x @ found)))
        curvature = (x * (p * (1 - p) * w)[:, None]).T @ x + ridge * np.eye(len(found))
        step = np.linalg.solve(curvature, x.T @ ((y - p) * w) - ridge * found)
        found = found + step
        if np.abs(step).max() < CLOSE:
            break
    return found


def linear(x: Floats, y: Floats, weights: Floats | None = None, ridge: float = 1e-3) -> Floats:
    """Return the coefficients of a least-squares regression with a small ridge."""
    w = np.ones(len(y)) if weights is None else weights
    return np.asarray(np.linalg.solve((x * w[:, None]).T @ x + ridge * np.eye(x.shape[1]), x.T @ (w * y)))


def softmax(x: Floats, classes: Ints, count: int, weights: Floats, ridge: float = 1.0) -> Floats:
    """Return (features, count) coefficients of a multinomial logistic regression; those of class 0 are zero.

    The first feature must be the constant: it starts at the classes' shares, since from nowhere Newton's steps overshoot where a class is rare.
    """
    truth = np.eye(count)[classes]
    found = np.zeros((x.shape[1], count))
    found[0] = np.log((weights @ truth + 1.0) / (weights @ truth + 1.0)[0])
    loss = _loss(x, truth, found, weights, ridge)
    for _ in range(STEPS):
        step = _newton_step(x, truth, found, weights, ridge)
        length, shorter = 1.0, _loss(x, truth, found + step, weights, ridge)
        while not shorter <= loss and length > 1e-6:  # too long a step may lead away
            length /= 2
            shorter = _loss(x, truth, found + length * step, weights, ridge)
        found = found + length * step
        if loss - shorter < CLOSE * abs(loss):
            break
        loss = shorter
    return found


def _newton_step(x: Floats, truth: Floats, found: Floats, weights: Floats, ridge: float) -> Floats:
    p = _shares(x @ found)
    gradient = (x.T @ ((truth - p) * weights[:, None]) - ridge * found)[:, 1:].T.ravel()
    step = np.linalg.solve(_curvature(x, p, weights, ridge), gradient).reshape(found.shape[1] - 1, -1).T
    return np.concatenate([np.zeros((len(step), 1)), step], axis=1)


def _loss(x: Floats, truth: Floats, found: Floats, weights: Floats, ridge: float) -> float:
    scores = x @ found
    highest = scores.max(axis=1)
    total = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    return float(weights @ (total - (scores * truth).sum(axis=1)) + ridge / 2 * (found**2).sum())


def _shares(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _curvature(x: Floats, p: Floats, weights: Floats, ridge: float) -> Floats:
    features, count = x.shape[1], p.shape[1]
    blocks = np.zeros((count - 1, features, count - 1, features))
    for a in range(1, count):
        for b in range(a, count):
            w = weights * p[:, a] * ((1.0 if a == b else 0.0) - p[:, b])
            blocks[a - 1, :, b - 1, :] = (x * w[:, None]).T @ x
            blocks[b - 1, :, a - 1, :] = blocks[a - 1, :, b - 1, :].T
    square = blocks.reshape((count - 1) * features, -1)
    return np.asarray(square + ridge * np.eye(len(square)))
