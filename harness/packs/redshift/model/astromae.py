"""AstroMAE with seeded weights: the network, its checkpoints in every form, and its export by PyTorch.

    pip install torch==2.13.0
    python harness/packs/redshift/model/astromae.py --out FOLDER [--seed 1] [--small] [--forms] [--onnx]
        [--parity PARTITION.pt] [--train FOLDER [--epochs 6] [--limit SAMPLES]]

Written to FOLDER: astromae.pt, a pickled torch DataParallel module, as the original's checkpoint is. With --forms
also the other forms that `cosmicai model import` reads: astromae-legacy.pt (the serialization before torch 1.6),
astromae-state.pt (a state_dict), astromae-parallel-state.pt (a state_dict of the DataParallel module) and, where the
package safetensors is installed, astromae.safetensors. With --onnx (needs the packages onnx and onnxscript)
astromae-torch.onnx, PyTorch's own export, to compare with. With --parity predictions.json: PyTorch's predictions for
the samples of a partition.

The network is the fine-tuned AstroMAE (Fathkouhi and Fox 2024, arXiv:2409.01825) of the Cosmic AI pipeline (Staylor
et al. 2025, arXiv:2501.06249): a ViT branch (12 blocks, width 192, 6 heads, patches of 8 x 8 pixels) pretrained as a
masked autoencoder, an Inception branch (1,096 features), an MLP of the five magnitudes, and an MLP (3,216 -> 1,024
-> 1) over the three. It has exactly 15,902,889 parameters: the published 60.66470718383789 MB are numel x 4 / 2^20.

A block is ViTAE's NormalCell (Xu et al. 2021, arXiv:2106.03348): beside attention a parallel convolutional module
(PCM) of two 1 x 1 convolutions in 48 groups sees every token but the class token. Attention has biases for queries
and values and none for keys. The position embedding is MAE's fixed sine-cosine one.

Classes are pickled under the module names that the original's checkpoint has. The checkpoint itself is not public.
Weights are drawn from a seed and BatchNorm statistics are those of noise: predictions mean nothing, while speed,
memory, package size and cost are the real network's. --train fits the network to the partitions of a folder instead,
for what only a trained network shows, such as the loss of quality by int8.
"""

import argparse
import json
import sys
from pathlib import Path
from types import ModuleType

import torch
from torch import nn
from torch.nn import functional as F

BANDS = 5


PARAMETERS = 15_902_889


def pickled_as(module: str):
    """Pickles a class under the module name that the original's checkpoint has."""

    def place(cls: type) -> type:
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            if name not in sys.modules:
                sys.modules[name] = ModuleType(name)
                # Legacy serialization stores the source of every class, which it finds by this path.
                sys.modules[name].__file__ = __file__
        setattr(sys.modules[module], cls.__name__, cls)
        cls.__module__ = module
        return cls

    return place


@pickled_as("NormalCell")
class Attention(nn.Module):
    """Queries and values have a bias, keys have none."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.num_heads = heads
        self.scale = (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_bias = nn.Parameter(torch.zeros(width))
        self.v_bias = nn.Parameter(torch.zeros(width))
        self.attn_drop = nn.Dropout(0.0)
        self.proj = nn.Linear(width, width)
        self.proj_drop = nn.Dropout(0.0)

    def forward(self, x):
        samples, tokens, width = x.shape
        bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        qkv = F.linear(x, self.qkv.weight, bias)
        qkv = qkv.reshape(samples, tokens, 3, self.num_heads, width // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        weights = self.attn_drop(((q * self.scale) @ k.transpose(-2, -1)).softmax(dim=-1))
        return self.proj_drop(self.proj((weights @ v).transpose(1, 2).reshape(samples, tokens, width)))


@pickled_as("NormalCell")
class Mlp(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, width)
        self.drop = nn.Dropout(0.0)

    def forward(self, x):
        return self.drop(self.fc2(self.act(self.fc1(x))))


@pickled_as("NormalCell")
class NormalCell(nn.Module):
    """A transformer block with a convolutional module beside attention, which sees every token but the class token."""

    def __init__(self, width: int, heads: int, groups: int):
        super().__init__()
        hidden = 4 * width
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.drop_path = nn.Identity()
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, hidden)
        self.PCM = nn.Sequential(
            nn.Conv2d(width, hidden, 1, groups=groups),
            nn.BatchNorm2d(hidden),
            nn.SiLU(inplace=True),
            nn.Conv2d(hidden, width, 1, groups=groups),
        )

    def forward(self, x):
        samples, tokens, width = x.shape
        side = int((tokens - 1) ** 0.5)
        local = self.PCM(x[:, 1:].transpose(1, 2).reshape(samples, width, side, side))
        x = x + self.drop_path(self.attn(self.norm1(x)))
        x = torch.cat([x[:, :1], x[:, 1:] + self.drop_path(local.flatten(2).transpose(1, 2))], dim=1)
        return x + self.drop_path(self.mlp(self.norm2(x)))


@pickled_as("timm.models.layers.patch_embed")
class PatchEmbed(nn.Module):
    def __init__(self, width: int, patch: int):
        super().__init__()
        self.proj = nn.Conv2d(BANDS, width, patch, stride=patch)
        self.norm = nn.Identity()

    def forward(self, x):
        return self.norm(self.proj(x).flatten(2).transpose(1, 2))


@pickled_as("blocks.photoz")
class ConvBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, size: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, padding=size // 2)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


@pickled_as("blocks.photoz")
class InceptionBlock(nn.Module):
    """Four views of the same pixels, each of `outputs` channels; the last block leaves its third one out."""

    def __init__(self, inputs: int, outputs: int, without_branch3: bool = False):
        super().__init__()
        self.branch1 = ConvBlock(inputs, outputs, 1)
        self.branch2 = nn.Sequential(ConvBlock(inputs, outputs, 1), ConvBlock(outputs, outputs, 3))
        self.branch3 = nn.Sequential(ConvBlock(inputs, outputs, 1), ConvBlock(outputs, outputs, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), ConvBlock(inputs, outputs, 1))
        self.without_branch3 = without_branch3

    def forward(self, x):
        views = [self.branch1(x), self.branch2(x), self.branch4(x)]
        if not self.without_branch3:
            views.insert(2, self.branch3(x))
        return torch.cat(views, dim=1)


@pickled_as("blocks.photoz")
class InceptionAndMagnitudes(nn.Module):
    """The Inception branch over the image, and the MLP over the magnitudes, side by side."""

    def __init__(self, width: int, features: int, hidden: int):
        super().__init__()
        # Registered twice, here and as the first layer below: the original's state_dict has both names.
        self.conv2d_init = nn.Conv2d(BANDS, 32, 1)
        layers = [nn.Linear(BANDS, hidden)]
        for _ in range(4):
            layers += [nn.ReLU(), nn.Linear(hidden, hidden)]
        self.magnitude_block = nn.Sequential(*layers)
        self.vis_inception = nn.Sequential(
            self.conv2d_init,
            nn.AvgPool2d(2),
            InceptionBlock(32, 16),
            InceptionBlock(64, 16),
            nn.AvgPool2d(2),
            InceptionBlock(64, 8),
            InceptionBlock(32, 8),
            nn.AvgPool2d(2),
            InceptionBlock(32, 4, without_branch3=True),
            nn.Flatten(),
            nn.Linear(192, features),
            nn.ReLU(),
            nn.Linear(features, features),
        )

    def forward(self, image, magnitude):
        return torch.cat([self.vis_inception(image), self.magnitude_block(magnitude)], dim=1)


def sine_cosine(width: int, side: int) -> torch.Tensor:
    """MAE's fixed position embedding, [1, side * side + 1, width]: half for each axis, zero at the class token."""
    frequency = 10_000.0 ** -(torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    angles = torch.arange(side, dtype=torch.float64)[:, None] * frequency
    axis = torch.cat([angles.sin(), angles.cos()], dim=1)
    column = axis.repeat(side, 1)
    row = axis.repeat_interleave(side, dim=0)
    grid = torch.cat([column, row], dim=1)
    return torch.cat([torch.zeros(1, width, dtype=torch.float64), grid])[None].float()


@pickled_as("blocks.model_vit_inception")
class ViT_Astro(nn.Module):
    """Takes [image float32[N,5,32,32], magnitude float32[N,5]], as the original does, and answers float32[N,1]."""

    def __init__(self, width=192, depth=12, heads=6, patch=8, groups=48, features=1096, hidden=1024):
        super().__init__()
        self.fc_norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, width)
        self.inception_model = InceptionAndMagnitudes(width, features, hidden)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(sine_cosine(width, (32 // patch)), requires_grad=False)
        self.blocks = nn.ModuleList(NormalCell(width, heads, groups) for _ in range(depth))
        self.patch_embed = PatchEmbed(width, patch)
        self.vit_block = nn.Sequential(nn.Linear(width, features), nn.ReLU(), nn.Linear(features, features))
        self.concat_block = nn.Sequential(nn.Linear(2 * features + hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, x):
        image, magnitude = x
        tokens = self.patch_embed(image)
        tokens = torch.cat([self.cls_token.expand(tokens.shape[0], -1, -1), tokens], dim=1) + self.pos_embed
        for block in self.blocks:
            tokens = block(tokens)
        vit = self.vit_block(self.head(self.fc_norm(tokens[:, 1:].mean(dim=1))))
        return self.concat_block(torch.cat([vit, self.inception_model(image, magnitude)], dim=1))


SMALL = {"width": 24, "depth": 2, "heads": 3, "groups": 12, "features": 12, "hidden": 16}
MEDIUM = {"width": 96, "depth": 2, "heads": 3, "groups": 24, "features": 128, "hidden": 128}


def seeded(seed: int, sizes: dict | None = None) -> ViT_Astro:
    """The network in evaluation mode. No weight keeps a value that would hide a mistake (0 or 1)."""
    torch.manual_seed(seed)
    model = ViT_Astro(**(sizes or {}))
    nn.init.normal_(model.cls_token, std=0.02)
    for module in model.modules():
        if isinstance(module, Attention):
            nn.init.normal_(module.q_bias, std=0.1)
            nn.init.normal_(module.v_bias, std=0.1)
        if isinstance(module, nn.LayerNorm | nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    count = parameter_count(model)
    if sizes is None and count != PARAMETERS:
        raise SystemExit(f"the network has {count} parameters, AstroMAE has {PARAMETERS}")
    return model.eval()


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def save_forms(model: nn.Module, folder: Path) -> None:
    """The checkpoint in every form but the pickled module, which is always written."""
    parallel = nn.DataParallel(model)
    torch.save(parallel, folder / "astromae-legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(model.state_dict(), folder / "astromae-state.pt")
    torch.save(parallel.state_dict(), folder / "astromae-parallel-state.pt")
    try:
        from safetensors.torch import save_model
    except ImportError:
        return
    save_model(model, str(folder / "astromae.safetensors"))


def train(model: nn.Module, folder: Path, epochs: int, limit: int | None) -> None:
    """Fits all parameters to the partitions of `folder`, raw as the original's are; prints the error per epoch."""
    parts = [torch.load(path, weights_only=False).tensors for path in sorted(folder.glob("*.pt"))]
    image, magnitude, redshift = (torch.cat([part[i] for part in parts])[:limit].float() for i in range(3))
    # The last layer starts at the mean, so that the first steps do not overshoot.
    nn.init.constant_(model.concat_block[-1].bias, redshift.mean().item())
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)
    batch = 64
    steps = max(1, epochs * (len(image) // batch))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-3, total_steps=steps, pct_start=0.2)
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for chosen in torch.randperm(len(image)).split(batch):
            if len(chosen) < batch:
                break
            loss = F.smooth_l1_loss(model([image[chosen], magnitude[chosen]])[:, 0], redshift[chosen], beta=0.02)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * batch
        print(f"epoch {epoch + 1:3d}  loss {total / len(image):.5f}", file=sys.stderr, flush=True)
    model.eval()


class Exported(nn.Module):
    """The pipeline's contract: two named inputs."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, image, magnitude):
        return self.model([image, magnitude])


def export(model: nn.Module, path: Path) -> None:
    samples = torch.export.Dim("N")
    torch.onnx.export(
        Exported(model).eval(),
        (torch.randn(4, BANDS, 32, 32), torch.randn(4, BANDS)),
        str(path),
        input_names=["image", "magnitude"],
        output_names=["redshift"],
        dynamic_shapes={"image": {0: samples}, "magnitude": {0: samples}},
        opset_version=18,
        dynamo=True,
        external_data=False,
    )


@torch.no_grad()
def predictions(model: nn.Module, partition: Path) -> list[float]:
    """PyTorch's predictions for a partition of the pipeline."""
    image, magnitude = torch.load(partition, weights_only=False).tensors[:2]
    magnitude = magnitude.float()
    parts = [model([image[i : i + 128], magnitude[i : i + 128]])[:, 0] for i in range(0, len(image), 128)]
    return torch.cat(parts).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="the same layers, few and narrow: for tests")
    parser.add_argument("--medium", action="store_true", help="the same layers at a quarter of the width")
    parser.add_argument("--forms", action="store_true", help="the other forms of the checkpoint too")
    parser.add_argument("--onnx", action="store_true")
    parser.add_argument("--parity", type=Path, help="a partition to predict")
    parser.add_argument("--train", type=Path, help="folder of partitions to fit the network to")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--limit", type=int, help="train on the first samples only")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = seeded(options.seed, SMALL if options.small else MEDIUM if options.medium else None)
    if options.train:
        train(model, options.train, options.epochs, options.limit)
    torch.save(nn.DataParallel(model), options.out / "astromae.pt")
    if options.forms:
        save_forms(model, options.out)
    if options.onnx:
        export(model, options.out / "astromae-torch.onnx")
    if options.parity:
        (options.out / "predictions.json").write_text(json.dumps(predictions(model, options.parity)))
    count = parameter_count(model)
    print(json.dumps({"parameters": count, "sizeBytes": 4 * count}))


if __name__ == "__main__":
    main()
