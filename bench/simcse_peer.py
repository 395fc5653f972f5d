"""The recipe of `isoscope train` in sentence-transformers, for train.sh and quality.sh to compare with:
unsupervised SimCSE on the sentences of a CSV's first two columns (MultipleNegativesRankingLoss on pairs of
a sentence and itself), by its own trainer.

    pip install "sentence-transformers[train]" scipy
    python simcse_peer.py --model DIR --train CSV --test CSV

Prints the median seconds of a step (from its forward pass to its update: tokenizing is not in it), and
before and after the training the STS Spearman x 100 of each --test and, over the first column of the first
one, the last layer's anisotropy.
"""
import argparse
import csv
import os
import statistics
import tempfile
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import datasets
import scipy.stats
import sentence_transformers
import torch
import transformers
from sentence_transformers.sentence_transformer import losses, modules

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--layers", type=int, default=0, help="the first so many; 0: all")
parser.add_argument("--max-length", type=int, default=0, help="tokens; 0: as the model has it")
parser.add_argument("--pooling", default="mean", choices=["mean", "cls"])
parser.add_argument("--train", required=True)
parser.add_argument("--test", action="append", required=True)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--steps", type=int, default=64)
parser.add_argument("--schedule", default="linear", choices=["linear", "constant"])
parser.add_argument("--warm-up", type=float, default=0.1)
parser.add_argument("--seed", type=int, default=42)
parser.add_argument("--precision", default="fp32", choices=["fp32", "bf16"])
options = parser.parse_args()

transformers.logging.set_verbosity_error()
transformers.set_seed(options.seed)
transformer = modules.Transformer(options.model)
if options.max_length:
    transformer.max_seq_length = options.max_length
backbone = transformer.auto_model
if options.layers:
    backbone.encoder.layer = backbone.encoder.layer[: options.layers]
    backbone.config.num_hidden_layers = options.layers
pooling = modules.Pooling(backbone.config.hidden_size, pooling_mode=options.pooling)
model = sentence_transformers.SentenceTransformer(modules=[transformer, pooling], device="cpu")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.reader(file))


def measure(when):
    for path in options.test:
        pairs = rows(path)
        a, b = (
            torch.nn.functional.normalize(
                model.encode([row[c] for row in pairs], convert_to_tensor=True), dim=-1
            )
            for c in (0, 1)
        )
        cosines = (a * b).sum(1).numpy()
        spearman = scipy.stats.spearmanr(cosines, [float(row[2]) for row in pairs])[0]
        print(f"{when} {os.path.basename(path)} {100 * spearman:.2f}", flush=True)
    hidden = model.encode(
        [row[0] for row in rows(options.test[0])],
        output_value="token_embeddings",
        convert_to_tensor=True,
    )
    means = torch.stack([torch.nn.functional.normalize(h, dim=-1).mean(0) for h in hidden]).double()
    n = len(means)
    anisotropy = (means.sum(0).square().sum() - means.square().sum()) / (n * (n - 1))
    print(f"{when} anisotropy {float(anisotropy):.3f}", flush=True)


class Clock(transformers.TrainerCallback):
    seconds = []

    def on_step_begin(self, *_, **__):
        self.start = time.perf_counter()

    def on_step_end(self, *_, **__):
        self.seconds.append(time.perf_counter() - self.start)


measure("before")
sentences = list(dict.fromkeys(row[c].strip() for row in rows(options.train) for c in (0, 1)))
with tempfile.TemporaryDirectory() as directory:
    arguments = sentence_transformers.SentenceTransformerTrainingArguments(
        directory,
        max_steps=options.steps,
        per_device_train_batch_size=options.batch_size,
        learning_rate=3e-5,
        weight_decay=0.01,
        max_grad_norm=1,
        lr_scheduler_type=options.schedule,
        warmup_steps=round(options.warm_up * options.steps),
        seed=options.seed,
        bf16=options.precision == "bf16",
        use_cpu=True,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    sentence_transformers.SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=datasets.Dataset.from_dict({"anchor": sentences, "positive": sentences}),
        loss=losses.MultipleNegativesRankingLoss(model, scale=20),
        callbacks=[Clock()],
    ).train()
print(f"median step {statistics.median(Clock.seconds):.3f} s")
measure("after")
