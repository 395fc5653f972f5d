"""sentence-transformers over the first two columns of a CSV, for encode.sh to compare with.

    pip install sentence-transformers
    python encode_peer.py MODEL_DIR TEXT_CSV VECTORS_NPY

Prints the sentences a second of `encode` as it comes (it sorts by length, and pads batches of 32), and the
largest difference of an element from the vectors of `isoscope encode`.
"""
import csv
import sys
import time

import numpy
import sentence_transformers
import transformers

directory, text, vectors = sys.argv[1:]
transformers.logging.set_verbosity_error()
model = sentence_transformers.SentenceTransformer(directory, device="cpu")
with open(text, encoding="utf-8") as file:
    sentences = [row[c].strip() for row in csv.reader(file) for c in (0, 1)]
start = time.perf_counter()
embeddings = model.encode(sentences)
seconds = time.perf_counter() - start
print(f"{len(sentences)} sentences, {len(sentences) / seconds:.0f} sentences/s")
print(f"largest difference {numpy.abs(embeddings - numpy.load(vectors)).max():.1e}")
