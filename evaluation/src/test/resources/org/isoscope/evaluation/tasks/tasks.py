"""Pair classification and reranking as sentence-transformers' evaluators have them, and the V-measure of scikit-learn's
k-means on its vectors, for TasksPeerTest and by hand.

    pip install sentence-transformers
    python tasks.py MODEL_DIR PAIRS_CSV QUERIES_JSONL TEXTS_CSV

Prints the measures as a JSON object. PAIRS_CSV has text1, text2 and label; each line of QUERIES_JSONL query, positive
and negative; TEXTS_CSV text and label.
"""

import csv
import json
import sys

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.evaluation import BinaryClassificationEvaluator, RerankingEvaluator
from sklearn.cluster import KMeans
from sklearn.metrics import homogeneity_completeness_v_measure, roc_auc_score
from sentence_transformers.util import pairwise_cos_sim

directory, pairs, queries, texts = sys.argv[1:]
model = SentenceTransformer(directory, device="cpu")
with open(pairs, encoding="utf-8", newline="") as rows:
    rows = list(csv.DictReader(rows))
first, second = [row["text1"] for row in rows], [row["text2"] for row in rows]
labels = [int(row["label"]) for row in rows]
found = BinaryClassificationEvaluator(first, second, labels, write_csv=False)(model)
cosines = pairwise_cos_sim(model.encode(first), model.encode(second)).numpy()
found["roc_auc"] = roc_auc_score(labels, cosines)
with open(queries, encoding="utf-8") as lines:
    samples = [json.loads(line) for line in lines]
found |= RerankingEvaluator(samples, write_csv=False)(model)
with open(texts, encoding="utf-8", newline="") as rows:
    rows = list(csv.DictReader(rows))
classes = [row["label"] for row in rows]
vectors = model.encode([row["text"] for row in rows])
clusters = KMeans(len(set(classes)), n_init=100, random_state=0).fit(vectors)
found |= zip(("homogeneity", "completeness", "v_measure"), homogeneity_completeness_v_measure(classes, clusters.labels_))
print(json.dumps({name: float(value) for name, value in found.items()}))
