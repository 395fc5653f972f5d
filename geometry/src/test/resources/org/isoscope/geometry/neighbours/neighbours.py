"""Prints the figures that NeighbourReferenceTest compares with, by NumPy, SciPy and scikit-learn.
Neither the build nor the tests run this.

    pip install numpy scipy scikit-learn   # the figures kept: 2.4.6, 1.17.1, 1.9.1
    python neighbours.py

The vectors come from integer formulas that the test has too.
"""

import numpy as np
import scipy
import sklearn
from scipy.linalg import orthogonal_procrustes
from scipy.special import betainc
from scipy.stats import norm, skew
from sklearn.neighbors import NearestNeighbors

N, D, K = 60, 6, 7

i = np.arange(N)[:, None]
j = np.arange(D)[None, :]
a = ((i * 7919 + j * 104729 + i * i * 31 * (j + 1)) % 1009) / 1009 - 0.5
b = a + ((i * 613 + j * j * 887 + i * i * 7 * (j + 3)) % 997) / 997
x = a.astype(np.float32).astype(np.float64)
y = b.astype(np.float32).astype(np.float64)


def neighbours(vectors, metric):
    found = NearestNeighbors(n_neighbors=K, metric=metric, algorithm="brute").fit(vectors)
    return found.kneighbors()  # of the vectors themselves, each without itself


def two_nn(distances, indices):
    logs = np.log(distances[:, 1] / distances[:, 0])
    n = len(logs)
    linked = np.eye(n, dtype=bool)
    linked[np.arange(n)[:, None], indices[:, :2]] = True
    linked |= linked.T
    centred = logs - logs.mean()
    variance = centred @ linked @ centred
    logs = np.sort(logs)
    kept = int(0.9 * n)
    f = np.arange(1, n + 1) / n
    fit = np.linalg.lstsq(logs[:kept, None], -np.log(1 - f[:kept]), rcond=None)[0][0]
    likeliest = (n - 1) / logs.sum()
    error = likeliest**2 * np.sqrt(variance) / n
    interval = likeliest * np.exp(norm.ppf([0.025, 0.975]) * error / likeliest)
    return fit, likeliest, error, *interval


def levina_bickel(distances):
    inverses = np.log(distances[:, -1:] / distances[:, :-1]).mean(axis=1)
    return 1 / inverses.mean(), inverses.std(ddof=1) / np.sqrt(N) / inverses.mean() ** 2


def hubness(indices):
    counts = np.bincount(indices.ravel(), minlength=N)
    return skew(counts), (counts == 0).mean(), np.abs(counts - K).sum() / (2 * counts.sum())


def unbiased(k, l):
    k = k - np.diag(np.diag(k))
    l = l - np.diag(np.diag(l))
    one = np.ones(N)
    return (
        np.trace(k @ l)
        + (one @ k @ one) * (one @ l @ one) / ((N - 1) * (N - 2))
        - 2 / (N - 2) * (one @ k @ l @ one)
    ) / (N * (N - 3))


def cka():
    k, l = x @ x.T, y @ y.T
    h = np.eye(N) - 1 / N
    kc, lc = h @ k @ h, h @ l @ h
    biased = (kc * lc).sum() / np.sqrt((kc * kc).sum() * (lc * lc).sum())
    return biased, unbiased(k, l) / np.sqrt(unbiased(k, k) * unbiased(l, l))


def procrustes():
    p, q = x - x.mean(axis=0), y - y.mean(axis=0)
    p, q = p / np.linalg.norm(p), q / np.linalg.norm(q)
    turn, _ = orthogonal_procrustes(q, p)
    return np.linalg.norm(p - q @ turn) ** 2


def isotropic_mean_angle(n, d):
    angles = np.linspace(0, np.pi, 2_000_001)
    half = 0.5 * betainc((d - 1) / 2, 0.5, np.sin(angles) ** 2)
    cap = np.where(angles <= np.pi / 2, half, 1 - half)
    return scipy.integrate.simpson((1 - cap) ** n, x=angles)


print("numpy", np.__version__, "scipy", scipy.__version__, "scikit-learn", sklearn.__version__)
for metric in ("euclidean", "cosine"):
    distances, indices = neighbours(x, metric)
    lengths = np.sqrt(2 * distances) if metric == "cosine" else distances
    print(metric, "first neighbours", indices[0], "sum of distances", distances.sum())
    print(metric, "TwoNN", *two_nn(lengths, indices))
    print(metric, "Levina-Bickel", *levina_bickel(lengths))
    print(metric, "hubness", *hubness(indices))
_, in_x = neighbours(x, "euclidean")
_, in_y = neighbours(y, "euclidean")
print("overlap", np.mean([len(set(p) & set(q)) / K for p, q in zip(in_x, in_y)]))
print("CKA", *cka())
print("Procrustes", procrustes())
for n, d in ((100, 3), (1000, 16), (1000, 384), (10000, 768)):
    print("isotropic mean angle", n, d, isotropic_mean_angle(n, d))
