"""The analysis that Xiao, Long and Al Moubayed published (gowitheflow-1998/on-isotropy-of-contrastive-SRL
on GitHub), unchanged, on the first column of a CSV, for analyze.sh to compare with.

    pip install torch transformers scikit-learn tqdm
    python analyze_peer.py CHECKOUT MODEL_DIR TEXT_CSV

Its data set would come from a hub; here it comes from the file. Run in a directory to write to.
"""
import csv
import pathlib
import runpy
import sys
import types

import transformers  # noqa: F401 (before the stand-in for datasets, which it would ask for a version)

checkout, model, text = sys.argv[1:]
with open(text, encoding="utf-8") as file:
    sentences = [row[0].strip() for row in csv.reader(file)]
datasets = types.ModuleType("datasets")
datasets.load_dataset = lambda *args, **options: {"sentence1": sentences}
sys.modules["datasets"] = datasets
sys.path.insert(0, checkout)
sys.argv = ["analysis_pipeline.py", "--model_name", model]
sys.modules["transformers"].logging.set_verbosity_error()
runpy.run_path(str(pathlib.Path(checkout, "analysis_pipeline.py")), run_name="__main__")
