"""Makes the reference that ObjectiveTest compares with, once, by sentence-transformers' losses.
Neither the build nor the tests run this.

    pip install sentence-transformers safetensors
    python objectives.py     # writes golden.safetensors beside itself

  columns            [4, batch, d]   embeddings of anchors, positives and two columns of negatives
  scores             [batch]         of (anchor, positive), two of them equal
  every other name   []              the loss of that name, as ObjectiveTest has it
"""
import pathlib

import safetensors.torch
import sentence_transformers
import torch
from sentence_transformers.sentence_transformer import losses
from sentence_transformers.util import dot_score

HERE = pathlib.Path(__file__).parent
BATCH, D = 6, 8


class Given(torch.nn.Module):
    """A model whose embeddings are its input."""

    def forward(self, features):
        return dict(features)

    def get_embedding_dimension(self):
        return D


def value(make, columns, labels=None):
    loss = make(Given())
    return loss([{"sentence_embedding": c} for c in columns], labels).reshape(())


def ranking(scale=20.0, **options):
    return lambda m: losses.MultipleNegativesRankingLoss(m, scale=scale, **options)


def triplet(metric, margin):
    return lambda m: losses.TripletLoss(m, metric, margin)


def matryoshka(inner):
    return lambda m: losses.MatryoshkaLoss(m, inner(m), [8, 5, 2], [1, 0.5, 0.25])


torch.manual_seed(7)
columns = torch.randn(4, BATCH, D)
columns[1] += columns[0]
scores = torch.tensor([0.5, 4.0, 2.5, 4.0, 0.0, 3.2])
pairs, triplets = columns[:2], columns[:3]
both = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
metrics = losses.TripletDistanceMetric
golden = {
    "columns": columns,
    "scores": scores,
    "pairs": value(ranking(), pairs),
    "pairs, dot": value(ranking(2.0, similarity_fct=dot_score), pairs),
    "pairs, symmetric": value(ranking(**both), pairs),
    "negatives": value(ranking(), columns),
    "negatives, symmetric": value(ranking(**both), columns),
    "scored": value(losses.CoSENTLoss, pairs, scores),
    "triplets, euclidean": value(triplet(metrics.EUCLIDEAN, 1.0), triplets),
    "triplets, cosine": value(triplet(metrics.COSINE, 0.5), triplets),
    "matryoshka, negatives": value(matryoshka(ranking()), columns),
    "matryoshka, scored": value(matryoshka(losses.CoSENTLoss), pairs, scores),
    "matryoshka, triplets": value(matryoshka(triplet(metrics.EUCLIDEAN, 1.0)), triplets),
}
print({k: v.item() for k, v in golden.items() if v.dim() == 0})
safetensors.torch.save_file(
    {k: v.contiguous() for k, v in golden.items()},
    HERE / "golden.safetensors",
    metadata={"sentence-transformers": sentence_transformers.__version__},
)
