"""Retrieval as sentence-transformers' InformationRetrievalEvaluator has it, for RetrievalPeerTest and by hand.

    pip install sentence-transformers
    python retrieval.py MODEL_DIR QUERIES_JSONL CORPUS_JSONL QRELS_TSV

Prints the measures as a JSON object. A document is its title, a blank and its text; right are scores above 0.
"""
import csv
import json
import sys

from sentence_transformers import SentenceTransformer
from sentence_transformers.evaluation import InformationRetrievalEvaluator


def texts(path):
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            found[item["_id"]] = f"{item.get('title') or ''} {item['text']}".strip()
    return found


directory, queries, corpus, qrels = sys.argv[1:]
relevant = {}
with open(qrels, encoding="utf-8", newline="") as rows:
    for row in csv.DictReader(rows, delimiter="\t"):
        if float(row["score"]) > 0:
            relevant.setdefault(row["query-id"], set()).add(row["corpus-id"])
evaluator = InformationRetrievalEvaluator(
    texts(queries),
    texts(corpus),
    relevant,
    accuracy_at_k=[1],
    precision_recall_at_k=[1, 5, 10, 100],
    mrr_at_k=[10],
    ndcg_at_k=[10],
    map_at_k=[100],
    write_csv=False,
)
figures = evaluator(SentenceTransformer(directory, device="cpu"))
figures = {name.removeprefix("cosine_"): float(value) for name, value in figures.items()}
print(json.dumps(figures))
