"""The first vector of a Python program: sentence-transformers or fastembed, from a local model.

usage: first_vector_peer.py sentence-transformers|fastembed MODEL_DIRECTORY
Prints the vector's length and the peak resident memory of the process in MB (Linux)."""

import sys

program, directory = sys.argv[1:]
text = "The printer is out of paper."
if program == "sentence-transformers":
    from sentence_transformers import SentenceTransformer

    vector = SentenceTransformer(directory, device="cpu").encode(text)
else:
    from fastembed import TextEmbedding

    model = TextEmbedding("sentence-transformers/all-MiniLM-L6-v2", specific_model_path=directory)
    vector = next(iter(model.embed([text])))
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(len(vector), round(peak / 1024))
