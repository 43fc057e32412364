"""Trains the default redshift model on partitions of the synthetic survey and writes model.onnx.

    cosmicai data generate --partition-mb 100 --count 16 --format pt --seed 101 --out DATA/train
    cosmicai data generate --partition-mb 50  --count 1 --format pt --seed 202 --out DATA/validation
    cosmicai data generate --partition-mb 100 --count 2 --format pt --seed 303 --out DATA/test
    pip install torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2
    python lambdas/inference/model/train.py DATA

    cosmicai data generate --partition-mb 50 --count 1 --format pt --seed 303 --out DATA/parity
    python lambdas/inference/model/train.py --parity DATA/parity/1.pt

Train, validation and test come from different seeds: different skies. The validation set chooses the epoch, the
test set is looked at once, at the end. Everything random is seeded. Written beside this script: model.onnx,
metrics.json (quality, and what it was measured on). The second way trains nothing: it puts the weights of model.onnx
back into the network and writes parity.json, what PyTorch predicts for the first 2,556 test samples, which the test
suite compares with onnxruntime.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
# Standard deviation of the sky in u g r i z, nMgy per pixel: the scale on which noise ends and light begins.
SKY_SIGMA = [0.041, 0.017, 0.027, 0.039, 0.16]
# Gaussians of the redshift's distribution, the unit of their widths, and the smallest width.
COMPONENTS = 3
MEAN_SCALE = 0.02
SMALLEST_SIGMA = 0.001


class RedshiftNet(nn.Module):
    """A small convolutional branch for the image, joined with the magnitudes by an MLP.

    Inputs as they are in the survey: image float32[N,5,32,32] in nanomaggies, magnitude float32[N,5] (AB).
    All normalisation is part of the network. Outputs: redshift float32[N,1], and mixture float32[N,3,COMPONENTS], the
    weights, means and standard deviations of a Gaussian mixture: the distribution of the redshift.
    """

    def __init__(self, magnitude_mean: torch.Tensor, magnitude_std: torch.Tensor, width: int = 16):
        super().__init__()
        self.register_buffer("pixel_scale", 1 / (3 * torch.tensor(SKY_SIGMA)).view(1, 5, 1, 1))
        self.register_buffer("magnitude_mean", magnitude_mean)
        self.register_buffer("magnitude_scale", 1 / magnitude_std)
        self.image = nn.Sequential(
            nn.Conv2d(5, width, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(2 * width, 3 * width, 3, stride=2, padding=1),
            nn.ReLU(),
        )
        self.join = nn.Sequential(
            nn.Linear(2 * 3 * width + 9, 128),
            nn.ReLU(),
            nn.Linear(128, 128),
            nn.ReLU(),
        )
        self.point = nn.Linear(128, 1)
        self.density = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 3 * COMPONENTS))

    def forward(self, image: torch.Tensor, magnitude: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.estimate(self.compress(image), magnitude)

    def compress(self, image: torch.Tensor) -> torch.Tensor:
        """asinh by its definition: linear in the noise, logarithmic in the light (Lupton et al. 1999)."""
        scaled = image * self.pixel_scale
        size = scaled.abs()
        return torch.sign(scaled) * torch.log(size + torch.sqrt(size * size + 1))

    def estimate(self, compressed: torch.Tensor, magnitude: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.image(compressed)
        pooled = torch.cat([features.mean(dim=(2, 3)), features[:, :, 1:3, 1:3].mean(dim=(2, 3))], dim=1)
        colours = magnitude[:, :4] - magnitude[:, 1:]
        standard = (torch.cat([magnitude, colours], dim=1) - self.magnitude_mean) * self.magnitude_scale
        joined = self.join(torch.cat([pooled, standard], dim=1))
        redshift = self.point(joined)
        # The density learns from these features and around this redshift, and changes neither.
        shape = self.density(joined.detach()).view(-1, 3, COMPONENTS)
        weights = torch.softmax(shape[:, 0], dim=1)
        means = redshift.detach() + MEAN_SCALE * shape[:, 1]
        sigmas = SMALLEST_SIGMA + MEAN_SCALE * F.softplus(shape[:, 2])
        return redshift, torch.stack([weights, means, sigmas], dim=1)


def load(folder: Path):
    """All partitions of a folder as three tensors."""
    parts = [torch.load(path, weights_only=False).tensors for path in sorted(folder.glob("*.pt"), key=lambda p: int(p.stem))]
    return tuple(torch.cat([part[i] for part in parts]) for i in range(3))


def with_colours(magnitude: torch.Tensor) -> torch.Tensor:
    return torch.cat([magnitude, magnitude[:, :4] - magnitude[:, 1:]], dim=1)


def augmented(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The sky has no up: one of the eight symmetries of the square for the whole batch."""
    draw = int(torch.randint(8, (1,), generator=generator))
    if draw & 4:
        image = image.flip(3)
    return torch.rot90(image, draw & 3, (2, 3)).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def predict(model: nn.Module, image: torch.Tensor, magnitude: torch.Tensor) -> torch.Tensor:
    model.eval()
    return distributions(model, image, magnitude)[0]


@torch.no_grad()
def distributions(model: nn.Module, image: torch.Tensor, magnitude: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Redshifts [N] and mixtures [N,3,COMPONENTS]."""
    parts = [model(image[i : i + 1024], magnitude[i : i + 1024]) for i in range(0, len(image), 1024)]
    return torch.cat([part[0][:, 0] for part in parts]), torch.cat([part[1] for part in parts])


def negative_log_likelihood(mixture: torch.Tensor, redshift: torch.Tensor) -> torch.Tensor:
    weights, means, sigmas = mixture.unbind(1)
    standard = (redshift[:, None] - means) / sigmas
    return -torch.logsumexp(weights.log() - sigmas.log() - 0.5 * standard**2, dim=1).mean()


def probabilistic_quality(true: torch.Tensor, mixture: torch.Tensor) -> dict:
    """How well the distributions hold: shares of truths within the central 68 % and 90 %, and the mean of the PIT."""
    weights, means, sigmas = mixture.double().unbind(1)
    cdf = 0.5 * (1 + torch.erf((true.double()[:, None] - means) / (sigmas * 2**0.5)))
    pit = (weights * cdf).sum(1)
    within = lambda share: ((pit - 0.5).abs() <= share / 2).double().mean().item()
    return {"coverage68": within(0.68), "coverage90": within(0.9), "meanPit": pit.mean().item()}


def quality(true: torch.Tensor, predicted: torch.Tensor) -> dict:
    """Photometric redshift statistics; dz = (z_pred - z_true) / (1 + z_true), as in the literature."""
    error = (predicted - true).double()
    dz = error / (1 + true.double())
    median = dz.median()
    return {
        "mae": error.abs().mean().item(),
        "mse": (error**2).mean().item(),
        "bias": error.mean().item(),
        "precision": (1.48 * (error - error.median()).abs().median()).item(),
        "sigmaNmad": (1.4826 * (dz - median).abs().median()).item(),
        "meanDz": dz.mean().item(),
        "precisionDz": (1.48 * (dz - median).abs().median()).item(),
        "outlierFraction": (dz.abs() > 0.15).double().mean().item(),
        "outlierFraction005": (dz.abs() > 0.05).double().mean().item(),
        "r2": (1 - (error**2).sum() / ((true.double() - true.double().mean()) ** 2).sum()).item(),
    }


def train(data: Path, epochs: int, seed: int, limit: int | None):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    image, magnitude, redshift = (tensor[:limit] for tensor in load(data / "train"))
    magnitude = magnitude.float()
    validation = load(data / "validation")
    statistics = with_colours(magnitude)
    model = RedshiftNet(statistics.mean(0), statistics.std(0)).to(memory_format=torch.channels_last)
    # The compressed images are the same in every epoch; channels last is several times faster on a CPU.
    image = model.compress(image).contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-3)
    batch = 256
    steps = epochs * (len(image) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps, pct_start=0.15)
    best, best_mae = None, float("inf")
    started = time.monotonic()
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(image), generator=generator)
        for i in range(0, len(image) - batch + 1, batch):
            chosen = order[i : i + batch]
            output, mixture = model.estimate(augmented(image[chosen], generator), magnitude[chosen])
            # Between absolute and squared error: robust against the few confused galaxies, smooth near zero. The
            # distribution's loss trains its own layers only, on a scale that leaves the clipped gradient to the others.
            loss = F.smooth_l1_loss(output[:, 0], redshift[chosen], beta=0.02)
            loss = loss + 0.01 * negative_log_likelihood(mixture, redshift[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_([p for n, p in model.named_parameters() if not n.startswith("density")], 1.0)
            nn.utils.clip_grad_norm_(model.density.parameters(), 0.1)
            optimizer.step()
            schedule.step()
        found = quality(validation[2], predict(model, validation[0], validation[1]))
        if found["mae"] < best_mae:
            best_mae = found["mae"]
            best = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        print(
            f"epoch {epoch + 1:3d}  {time.monotonic() - started:6.1f} s  MAE {found['mae']:.5f}  "
            f"NMAD {found['sigmaNmad']:.5f}  R2 {found['r2']:.4f}",
            flush=True,
        )
    model.load_state_dict(best)
    model = model.to(memory_format=torch.contiguous_format)
    return model.eval(), len(image), len(validation[0])


def export(model: nn.Module, path: Path, image: torch.Tensor, magnitude: torch.Tensor) -> None:
    torch.onnx.export(
        model,
        (image, magnitude),
        str(path),
        input_names=["image", "magnitude"],
        output_names=["redshift", "mixture"],
        dynamic_shapes={"image": {0: torch.export.Dim("N")}, "magnitude": {0: torch.export.Dim("N")}},
        opset_version=18,
        dynamo=True,
        external_data=False,
    )
    strip_traces(path)


def strip_traces(path: Path) -> None:
    """Removes what the exporter notes beside the network: stack traces with paths of this machine, module names."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.initializer, *graph.value_info, *graph.input, *graph.output):
        part.doc_string = ""
        del part.metadata_props[:]
    onnx.save(model, path)


def write_parity(partition: Path, out: Path) -> None:
    """PyTorch's predictions with the weights of the exported model, whose tensors have the names they had in PyTorch."""
    import onnx

    tensors = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(out / "model.onnx").graph.initializer}
    model = RedshiftNet(torch.zeros(9), torch.ones(9))
    model.load_state_dict({name: torch.tensor(tensors[name]) for name in model.state_dict()})
    image, magnitude, _ = torch.load(partition, weights_only=False).tensors
    redshift = [float(f"{value:.8g}") for value in predict(model, image, magnitude).tolist()]
    (out / "parity.json").write_text(json.dumps({"surveySeed": 303, "firstSample": 0, "redshift": redshift}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", help="folder with train, validation and test partitions")
    parser.add_argument("--parity", type=Path, help="the partition that parity.json is about; nothing is trained")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, help="train on the first samples only, for a trial")
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.parity:
        write_parity(options.parity, options.out)
        return
    if not options.data:
        parser.error("a folder of partitions is needed")
    started = time.monotonic()
    model, trained_on, validated_on = train(options.data, options.epochs, options.seed, options.limit)
    seconds = time.monotonic() - started
    image, magnitude, redshift = load(options.data / "test")
    predicted, mixture = distributions(model, image, magnitude)
    export(model, options.out / "model.onnx", image[:8], magnitude[:8])
    found = quality(redshift, predicted) | probabilistic_quality(redshift, mixture)
    blob = (options.out / "model.onnx").read_bytes()
    metrics = {
        "model": {
            "sizeBytes": len(blob),
            "sha256": hashlib.sha256(blob).hexdigest(),
            "parameters": sum(p.numel() for p in model.parameters()),
        },
        "data": {"train": trained_on, "validation": validated_on, "test": len(image), "seeds": [101, 202, 303]},
        "training": {
            "epochs": options.epochs,
            "seed": options.seed,
            "seconds": round(seconds, 1),
            "threads": options.threads,
            "torch": torch.__version__,
        },
        "test": {name: round(value, 6) for name, value in found.items()},
    }
    (options.out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    print(json.dumps(metrics, indent=2))


if __name__ == "__main__":
    main()
