"""The recipe of `isoscope train` in Python: PyTorch and transformers, padded, for train.sh to compare
with. Unsupervised SimCSE on the sentences of a CSV's first two columns, no warm-up, constant rate.

    pip install torch transformers scipy
    python simcse_peer.py MODEL_DIR LAYERS TRAIN_CSV DEV_CSV STEPS

Prints the median seconds of a step and its tokens per second, the STS Spearman x 100 on DEV_CSV
before and after, and the last layer's anisotropy over its first column.
"""
import csv
import statistics
import sys
import time

import numpy
import scipy.stats
import torch
import transformers

directory, layers, train_csv, dev_csv, steps = sys.argv[1:]
torch.manual_seed(42)
tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
model = transformers.BertModel.from_pretrained(
    directory, num_hidden_layers=int(layers), add_pooling_layer=False
)


def encode(batch):
    inputs = tokenizer(batch, padding=True, truncation=True, return_tensors="pt")
    hidden = model(**inputs).last_hidden_state
    return hidden, inputs["attention_mask"].unsqueeze(-1).float()


def embed(batch):
    hidden, mask = encode(batch)
    return (hidden * mask).sum(1) / mask.sum(1)


def measure(dev):
    model.eval()
    with torch.inference_mode():
        a, b = (
            torch.cat([embed([row[c] for row in dev[i : i + 64]]) for i in range(0, len(dev), 64)])
            for c in (0, 1)
        )
        cosines = torch.nn.functional.cosine_similarity(a, b).numpy()
        means = []
        for i in range(0, len(dev), 64):
            hidden, mask = encode([row[0] for row in dev[i : i + 64]])
            unit = torch.nn.functional.normalize(hidden, dim=-1) * mask
            means.append((unit.sum(1) / mask.sum(1)).double())
        means = torch.cat(means)
        n = len(means)
        anisotropy = (means.sum(0).square().sum() - means.square().sum()) / (n * (n - 1))
    spearman = scipy.stats.spearmanr(cosines, [float(row[2]) for row in dev])[0]
    print(f"STS {100 * spearman:.2f}, anisotropy {float(anisotropy):.3f}", flush=True)


with open(train_csv, encoding="utf-8") as file:
    rows = list(csv.reader(file))
sentences = list(dict.fromkeys(row[c].strip() for row in rows for c in (0, 1)))
with open(dev_csv, encoding="utf-8") as file:
    dev = list(csv.reader(file))

measure(dev)
decayed = [p for p in model.parameters() if p.dim() > 1]
plain = [p for p in model.parameters() if p.dim() == 1]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=3e-5
)
model.train()
order = numpy.random.RandomState(42).permutation(len(sentences))
seconds, tokens = [], []
for step in range(int(steps)):
    batch = [sentences[i] for i in order[64 * step : 64 * step + 64]]
    start = time.perf_counter()
    embeddings = torch.nn.functional.normalize(embed(batch + batch), dim=-1)
    loss = torch.nn.functional.cross_entropy(
        embeddings[:64] @ embeddings[64:].T / 0.05, torch.arange(64)
    )
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    seconds.append(time.perf_counter() - start)
    tokens.append(2 * sum(len(ids) for ids in tokenizer(batch)["input_ids"]))
print(
    f"median step {statistics.median(seconds):.3f} s,"
    f" {sum(tokens) / sum(seconds):.0f} real tokens/s"
)
measure(dev)
