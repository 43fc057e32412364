"""Loads a generated partition as the original pipeline does and prints what PyTorch sees, as JSON."""

import hashlib
import json
import sys

import torch
from torch.utils.data import DataLoader, TensorDataset

dataset = torch.load(sys.argv[1], weights_only=False)
assert type(dataset) is TensorDataset, type(dataset)
batches = [batch[0].shape[0] for batch in DataLoader(dataset, batch_size=512)]
print(
    json.dumps(
        {
            "length": len(dataset),
            "batches": batches,
            "tensors": [
                {
                    "shape": list(tensor.shape),
                    "dtype": str(tensor.dtype),
                    "contiguous": tensor.is_contiguous(),
                    "sha256": hashlib.sha256(tensor.numpy().tobytes()).hexdigest(),
                }
                for tensor in dataset.tensors
            ],
        }
    )
)
