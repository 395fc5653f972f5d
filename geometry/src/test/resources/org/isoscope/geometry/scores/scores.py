"""Makes figures.txt, which ScoreReferenceTest compares with, by SciPy, scikit-learn and
sentence-transformers. Neither the build nor the tests run this.

    pip install numpy scipy scikit-learn sentence-transformers   # the figures kept: 2.4.6, 1.17.1, 1.9.1, 6.2.0
    python scores.py > figures.txt

A line is a name and its numbers. The inputs are in it too, so that the test draws nothing.
"""

import numpy as np
from scipy.stats import pearsonr, spearmanr
from sentence_transformers.sentence_transformer.evaluation import BinaryClassificationEvaluator
from sklearn.cluster import KMeans
from sklearn.metrics import average_precision_score, homogeneity_completeness_v_measure, roc_auc_score

random = np.random.default_rng(16)


def line(name, numbers):
    print(name, *(np.format_float_positional(x, trim="-") for x in np.ravel(numbers)))


def pairs(name, scores, labels):
    line(f"{name}.scores", scores)
    line(f"{name}.labels", labels)
    f1 = BinaryClassificationEvaluator.find_best_f1_and_threshold(scores, labels, True)
    accuracy = BinaryClassificationEvaluator.find_best_acc_and_threshold(scores, labels, True)
    line(f"{name}.figures", [average_precision_score(labels, scores), roc_auc_score(labels, scores), *f1, *accuracy])
    line(f"{name}.correlations", [spearmanr(scores, labels).statistic, pearsonr(scores, labels).statistic])


def clusters(name, classes, found):
    line(f"{name}.classes", classes)
    line(f"{name}.clusters", found)
    line(f"{name}.figures", homogeneity_completeness_v_measure(classes, found))


def drawn(n, share, apart):
    labels = (random.random(n) < share).astype(int)
    return np.tanh(0.3 + 0.5 * random.standard_normal(n) + apart * labels), labels


scores, labels = drawn(120, 0.4, 0.5)
pairs("apart", scores, labels)
pairs("tied", np.round(scores, 1), labels)
pairs("steep", np.round(scores * 1.4) / 1.4, labels)
scores, labels = drawn(150, 0.06, 0.8)
pairs("rare", scores, labels)
scores, labels = drawn(60, 0.5, -0.7)
pairs("against", np.round(scores, 2), labels)
pairs("right", np.round(scores, 2), np.where(np.arange(60) < 59, 1, 0))

classes = random.integers(0, 5, 90)
clusters("alike", classes, np.where(random.random(90) < 0.3, random.integers(0, 4, 90), classes))
clusters("chance", classes, random.integers(0, 7, 90))
clusters("equal", classes, (classes + 2) % 5)
clusters("one", classes, np.zeros(90, dtype=int))
clusters("each", classes, np.arange(90))

DIMENSION, K = 3, 5
centres = random.standard_normal((K, DIMENSION))
vectors = np.float32(centres[random.integers(0, K, 80)] + 0.4 * random.standard_normal((80, DIMENSION)))
line("kmeans.vectors", vectors)
start = vectors[:K]
line("kmeans.start", start)
exact = vectors.astype(np.float64)
given = KMeans(K, init=start.astype(np.float64), n_init=1, tol=0, algorithm="lloyd", max_iter=300).fit(exact)
line("kmeans.given.labels", given.labels_)
line("kmeans.given.inertia", given.inertia_)
line("kmeans.best.inertia", KMeans(K, n_init=200, tol=0, algorithm="lloyd", random_state=0).fit(exact).inertia_)
