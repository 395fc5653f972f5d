"""Makes the reference that AdamWTest compares with, once, by torch.optim.AdamW and clip_grad_norm_.
Neither the build nor the tests run this.

    pip install torch safetensors
    python adamw.py          # writes golden.safetensors beside itself

Start values and gradients come from a formula that both sides compute exactly in fp32 (AdamWTest has
it too), so that only the outcome is kept, at some of the numbers:
  norm       [steps]            norm of all gradients before clipping
  index      [sampled]          places in the flat parameters, the ends of pieces among them
  value      [steps, sampled]   the parameters there after each step
"""
import pathlib

import safetensors.torch
import torch

HERE = pathlib.Path(__file__).parent
SHAPES = [(300, 250), (7, 9), (70000,), (5,)]  # more than one piece of 65536, twice
RATES = [0.01, 0.02, 0.005, 0.01, 0.02]
GRADIENT_SCALES = [2.0**-4, 2.0**-9, 1.0, 2.0**-12, 2.0**-3]  # clipped, not, clipped, not, clipped
WEIGHT_DECAY = 0.1
MAX_NORM = 1.0


def numbers(key):
    """Multiples of 2^-24 from -1/2 to below 1/2, one for each place in the flat parameters."""
    place = torch.arange(sum(torch.Size(s).numel() for s in SHAPES), dtype=torch.int64)
    hashed = (place * 2654435761 + key * 40503) % 2**32
    return ((hashed // 256).double() / 2**24 - 0.5).float()


def shaped(flat):
    parts = flat.split([torch.Size(s).numel() for s in SHAPES])
    return [part.reshape(shape).clone() for part, shape in zip(parts, SHAPES)]


parameters = [torch.nn.Parameter(p) for p in shaped(numbers(0))]
optimizer = torch.optim.AdamW(
    [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0},
    ]
)
size = len(numbers(0))
matrices = 300 * 250 + 7 * 9
ends = [65536, 300 * 250, matrices, matrices + 65536, matrices + 70000, 131072]
index = sorted(
    set(range(0, size, 211)) | {size - 1} | {e + i for e in ends for i in (-2, -1, 0, 1)}
)
index = torch.tensor(index)
norms = []
values = []
for step, (rate, scale) in enumerate(zip(RATES, GRADIENT_SCALES), start=1):
    for parameter, gradient in zip(parameters, shaped(numbers(step) * scale)):
        parameter.grad = gradient
    norms.append(torch.nn.utils.clip_grad_norm_(parameters, MAX_NORM))
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    values.append(torch.cat([p.detach().flatten() for p in parameters])[index])
safetensors.torch.save_file(
    {"norm": torch.stack(norms), "index": index.float(), "value": torch.stack(values)},
    HERE / "golden.safetensors",
    metadata={"torch": torch.__version__},
)
