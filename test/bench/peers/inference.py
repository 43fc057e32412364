"""One way of running AstroMAE over a partition, measured from the file to all predictions; prints one JSON object.

    python inference.py upstream|eager|compile|onnxruntime|gemm --threads N --models FOLDER --data PARTITION.pt

The model is loaded and warmed up before the clock starts; reading the partition, the loop and what the way does
after it count. `upstream` does what the original's inference step does: DataLoader, profiler with memory, a garbage
collection per batch; `reportedPerS` is the rate that it then writes into its result.
"""

import argparse
import gc
import json
import resource
import sys
import time
from pathlib import Path

BATCH = 512
NAMES = {
    "upstream": "the original's way (eager, profiler)",
    "eager": "PyTorch eager",
    "compile": "torch.compile",
    "onnxruntime": "onnxruntime in Python",
}


def peak_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load_module(models: Path):
    import torch

    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "harness" / "packs" / "redshift" / "model"))
    import astromae  # noqa: F401, registers the classes that the checkpoint names

    return torch.load(models / "astromae.pt", map_location="cpu", weights_only=False).module.eval()


def upstream(model, data: Path, threads: int):
    import torch
    from torch.profiler import ProfilerActivity, profile
    from torch.utils.data import DataLoader

    def job():
        loader = DataLoader(torch.load(data, weights_only=False), batch_size=BATCH)
        samples = 0
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler, torch.no_grad():
            for image, magnitude, *_ in loader:
                model([image.to("cpu"), magnitude.to("cpu")])
                samples += len(image)
                gc.collect()
        total = profiler.key_averages().total_average().cpu_time_total / 1e6
        return samples, None, samples / total

    return job


def eager(model, data: Path, threads: int):
    import torch

    def job():
        image, magnitude = torch.load(data, weights_only=False).tensors[:2]
        with torch.no_grad():
            answers = [model([image[i : i + BATCH], magnitude[i : i + BATCH]]) for i in range(0, len(image), BATCH)]
        return len(image), torch.cat(answers)[:, 0].numpy(), None

    return job


def compiled(model, data: Path, threads: int):
    import torch

    fast = torch.compile(model, dynamic=True)
    with torch.no_grad():
        fast([torch.randn(BATCH, 5, 32, 32), torch.randn(BATCH, 5)])
        fast([torch.randn(BATCH - 1, 5, 32, 32), torch.randn(BATCH - 1, 5)])
    return eager(fast, data, threads)


def onnxruntime(models: Path, data: Path, threads: int):
    import numpy as np
    import onnxruntime as ort
    import torch

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(models / "astromae-torch.onnx"), options, providers=["CPUExecutionProvider"])

    def job():
        image, magnitude = (tensor.numpy() for tensor in torch.load(data, weights_only=False).tensors[:2])
        answers = [
            session.run(None, {"image": image[i : i + BATCH], "magnitude": magnitude[i : i + BATCH]})[0][:, 0]
            for i in range(0, len(image), BATCH)
        ]
        return len(image), np.concatenate(answers), None

    return job


def gemm(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
    a, b = torch.randn(1088, 192), torch.randn(192, 768)
    a @ b
    best = float("inf")
    for _ in range(50):
        start = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"gflops": 2 * 1088 * 192 * 768 / best / 1e9}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("way", choices=[*NAMES, "gemm"])
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    if options.way == "gemm":
        gemm(options.threads)
        return
    if options.way == "onnxruntime":
        job = onnxruntime(options.models, options.data, options.threads)
    else:
        import torch

        torch.set_num_threads(options.threads)
        model = load_module(options.models)
        make = {"upstream": upstream, "eager": eager, "compile": compiled}[options.way]
        job = make(model, options.data, options.threads)
        with torch.no_grad():
            model([torch.randn(8, 5, 32, 32), torch.randn(8, 5)])
    cpu, wall = time.process_time(), time.perf_counter()
    samples, answers, reported = job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if options.way == "eager":
        (options.models / "predictions.json").write_text(json.dumps(answers.tolist()))
    print(
        json.dumps(
            {
                "way": NAMES[options.way],
                "threads": options.threads,
                "partitionMB": int(options.data.stem),
                "samplesPerS": samples / wall,
                "secondsPerBatch": wall * BATCH / samples,
                "peakMB": peak_mb(),
                "cpuS": cpu,
                "wallS": wall,
                **({} if reported is None else {"reportedPerS": reported}),
            }
        )
    )


if __name__ == "__main__":
    main()
