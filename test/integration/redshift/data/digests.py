"""Digests of a partition's values, and the values that the scripts beside this one store."""

import hashlib

import numpy as np


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array, dtype="<f4").tobytes()).hexdigest()


def digests(images, magnitudes, redshifts):
    return {"images": digest(images), "magnitudes": digest(magnitudes), "redshifts": digest(redshifts)}


def samples(rng, n):
    images = rng.normal(size=(n, 5, 32, 32)).astype(np.float32)
    magnitudes = rng.uniform(15, 24, size=(n, 5)).astype(np.float32)
    redshifts = rng.uniform(0, 1, size=n).astype(np.float32)
    return images, magnitudes, redshifts
