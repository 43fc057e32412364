"""AstroMAE at full size with seeded weights: the network, its checkpoint, and its export by PyTorch.

    pip install torch==2.13.0
    python harness/packs/redshift/model/astromae.py --out FOLDER [--seed 1] [--small] [--onnx] [--parity PARTITION.pt]

Written to FOLDER: astromae.pt, a pickled torch DataParallel module as the original's checkpoint is. With --state
also astromae-state.pt (its state_dict) and, where the package safetensors is installed, astromae.safetensors.
With --onnx (needs the packages onnx and onnxscript) astromae-torch.onnx, PyTorch's own export, to compare with.
With --parity predictions.json: what PyTorch answers for the samples of a partition.

The architecture is that of the published AstroMAE (Fathkouhi and Fox 2024, arXiv:2409.01825) as the fine-tuned
model of the Cosmic AI pipeline has it (Staylor et al. 2025, arXiv:2501.06249): a ViT branch (12 blocks, width 192)
whose encoder was pretrained as a masked autoencoder, an Inception branch (1,096 features), an MLP of the five
magnitudes, and an MLP (3,216 -> 1,024 -> 1) over the three. Known from the public code: every layer outside the
encoder, with its name. Inferred, because the checkpoint itself is not public:

- patches of 8 x 8 pixels and blocks with a parallel convolutional module (PCM, Xu et al. 2021, arXiv:2106.03348)
  of 1 x 1 convolutions in 64 groups, as ViTAE has it in masked pretraining. This, and none other of the usual
  choices, gives the published 15.9 M parameters and 60.66 MB: 15,900,585 parameters x 4 bytes = 60.66 MiB.
- 12 heads, those of MAE's base recipe after which the checkpoint is named; the number of parameters does not
  tell. `cosmicai model import` reads the number from a pickled module.
- LayerNorm epsilon 1e-6, GELU by erf, qkv with bias: MAE's own.

Weights are drawn from a seed and BatchNorm statistics are those of noise, so predictions mean nothing; speed,
memory, package and cost are the real network's.
"""

import argparse
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

BANDS = 5


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.num_heads = heads
        self.scale = (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        samples, tokens, width = x.shape
        qkv = self.qkv(x).reshape(samples, tokens, 3, self.num_heads, width // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        weights = ((q @ k.transpose(-2, -1)) * self.scale).softmax(dim=-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(samples, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class NormalCell(nn.Module):
    """A transformer block beside which a convolutional module sees every token but the class token."""

    def __init__(self, width: int, heads: int, groups: int):
        super().__init__()
        hidden = 4 * width
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, hidden)
        self.PCM = nn.Sequential(
            nn.Conv2d(width, hidden, 1, groups=groups),
            nn.BatchNorm2d(hidden),
            nn.SiLU(),
            nn.Conv2d(hidden, width, 1, groups=groups),
            nn.BatchNorm2d(width),
            nn.SiLU(),
            nn.Conv2d(width, width, 1, groups=groups),
            nn.SiLU(),
        )

    def forward(self, x):
        samples, tokens, width = x.shape
        side = int((tokens - 1) ** 0.5)
        local = self.PCM(x[:, 1:].transpose(1, 2).reshape(samples, width, side, side))
        x = x + self.attn(self.norm1(x))
        x = torch.cat([x[:, :1], x[:, 1:] + local.flatten(2).transpose(1, 2)], dim=1)
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, width: int, patch: int):
        super().__init__()
        self.proj = nn.Conv2d(BANDS, width, patch, stride=patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class ConvBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, size: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, padding=size // 2)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


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


class ViT_Astro(nn.Module):
    """Takes [image float32[N,5,32,32], magnitude float32[N,5]], as the original does, and answers float32[N,1]."""

    def __init__(self, width=192, depth=12, heads=12, patch=8, groups=64, features=1096, hidden=1024):
        super().__init__()
        tokens = (32 // patch) ** 2 + 1
        self.fc_norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, width)
        self.inception_model = InceptionAndMagnitudes(width, features, hidden)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, tokens, width))
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


def seeded(seed: int, small: bool) -> ViT_Astro:
    """The network in evaluation mode; nothing of it is left at a value that would hide a mistake (0 or 1)."""
    torch.manual_seed(seed)
    model = ViT_Astro(depth=2, heads=3, features=24, hidden=16) if small else ViT_Astro()
    nn.init.normal_(model.cls_token, std=0.02)
    nn.init.normal_(model.pos_embed, std=0.02)
    for module in model.modules():
        if isinstance(module, nn.LayerNorm | nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model.eval()


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
    """PyTorch's answers for a partition of the pipeline."""
    image, magnitude = torch.load(partition, weights_only=False).tensors[:2]
    parts = [model([image[i : i + 128], magnitude[i : i + 128]])[:, 0] for i in range(0, len(image), 128)]
    return torch.cat(parts).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="the same layers, few and narrow: for tests")
    parser.add_argument("--legacy", action="store_true", help="the serialization torch wrote before 1.6")
    parser.add_argument("--state", action="store_true")
    parser.add_argument("--onnx", action="store_true")
    parser.add_argument("--parity", type=Path, help="a partition to predict")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = seeded(options.seed, options.small)
    torch.save(
        nn.DataParallel(model),
        options.out / "astromae.pt",
        _use_new_zipfile_serialization=not options.legacy,
    )
    if options.state:
        torch.save(model.state_dict(), options.out / "astromae-state.pt")
        try:
            from safetensors.torch import save_model

            save_model(model, str(options.out / "astromae.safetensors"))
        except ImportError:
            pass
    if options.onnx:
        export(model, options.out / "astromae-torch.onnx")
    if options.parity:
        (options.out / "predictions.json").write_text(json.dumps(predictions(model, options.parity)))
    count = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps({"parameters": count, "sizeBytes": 4 * count}))


if __name__ == "__main__":
    main()
