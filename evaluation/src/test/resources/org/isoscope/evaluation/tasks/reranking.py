"""Prints the figures that RerankingMeasureTest compares with, by scikit-learn and sentence-transformers.
Neither the build nor the tests run this.

    pip install sentence-transformers scikit-learn   # the figures kept: 6.2.0, 1.9.1
    python reranking.py

The scores come from an integer formula that the test has too. sentence-transformers has no measure apart from its
evaluator, which is given a model that has these scores as its cosines.
"""

import numpy as np
import torch
from sentence_transformers.sentence_transformer.evaluation import RerankingEvaluator
from sklearn.metrics import average_precision_score, ndcg_score

QUERIES = 12


def query(q, modulus):
    i = np.arange(6 + 4 * q)
    scores = ((i * 7919 + q * 104729 + i * i * 31) % modulus) / modulus
    labels = (i == 2) | ((i * 613 + q * 31 + i * i * 7) % 6 == 0)
    return scores, labels


def by_scikit_learn(modulus):
    queries = [query(q, modulus) for q in range(QUERIES)]
    precision = np.mean([average_precision_score(labels, scores) for scores, labels in queries])
    gain = np.mean([ndcg_score([labels], [scores], k=10) for scores, labels in queries])
    return precision, gain


class Model:
    """Embeds a document, its score, as a vector with that cosine with every query."""

    def encode_query(self, texts, **_):
        return torch.tensor([[1.0, 0.0]] * len(texts), dtype=torch.float64)

    def encode_document(self, texts, **_):
        cosine = torch.tensor([float(text) for text in texts], dtype=torch.float64)
        return torch.stack([cosine, torch.sqrt(1 - cosine**2)], dim=1)


def by_sentence_transformers(modulus):
    samples = []
    for q in range(QUERIES):
        scores, labels = query(q, modulus)
        texts = [repr(float(score)) for score in scores]
        right = [text for text, label in zip(texts, labels) if label]
        wrong = [text for text, label in zip(texts, labels) if not label]
        samples.append({"query": "q", "positive": right, "negative": wrong})
    return RerankingEvaluator(samples).compute_metrics(Model())


print("different scores", by_sentence_transformers(1009))
print("different scores, by scikit-learn", *by_scikit_learn(1009))
print("equal scores among them: AP, nDCG@10", *by_scikit_learn(5))
