"""Writes scipy.golden.json beside this file: what SciPy says of samples that the tests read. Needs numpy and scipy."""

import json
import math
from pathlib import Path

import numpy as np
import scipy
from scipy import stats

random = np.random.default_rng(20261201)


def rounded(values):
    return [float(np.round(v, 6)) for v in values]


def samples():
    for n, m, shift in [(3, 4, 0), (7, 7, 1), (20, 30, 0.5), (50, 50, 0), (60, 45, 3), (100, 250, 0.2), (300, 301, 0.4), (500, 500, 0.1)]:
        yield "normal", rounded(random.normal(size=n)), rounded(random.normal(shift, size=m))
    yield "ties", [float(v) for v in random.integers(0, 6, 80)], [float(v) for v in random.integers(1, 7, 120)]
    yield "disjoint", rounded(random.uniform(0, 1, 12)), rounded(random.uniform(2, 3, 9))
    yield "one value", [1.0], [2.0]
    yield "heavy tails", rounded(random.standard_cauchy(150)), rounded(random.standard_cauchy(90) * 2)


def of_samples(kind, left, right):
    exact = stats.ks_2samp(left, right, method="exact")
    return {
        "kind": kind,
        "reference": left,
        "current": right,
        "wasserstein": stats.wasserstein_distance(left, right),
        "ksDistance": float(exact.statistic),
        "ksExact": float(exact.pvalue),
    }


def counts():
    for bins, m, n in [(2, 1000, 60), (5, 400, 400), (10, 100_000, 200), (10, 5000, 5000), (50, 20_000, 1000), (200, 100_000, 10_000)]:
        shares = random.dirichlet(np.ones(bins))
        moved = 0.8 * shares + 0.2 * random.dirichlet(np.ones(bins))
        yield [int(v) for v in random.multinomial(m, shares)], [int(v) for v in random.multinomial(n, shares)]
        yield [int(v) for v in random.multinomial(m, shares)], [int(v) for v in random.multinomial(n, moved)]


def of_counts(reference, current):
    used = [i for i in range(len(reference)) if reference[i] + current[i] > 0]
    chi = stats.chi2_contingency([[reference[i] for i in used], [current[i] for i in used]], correction=False)
    ranks = stats.mannwhitneyu(np.repeat(range(len(current)), current), np.repeat(range(len(reference)), reference), method="asymptotic", use_continuity=False)
    p, q = np.array(reference) / sum(reference), np.array(current) / sum(current)
    return {
        "reference": reference,
        "current": current,
        "chiSquare": {"statistic": float(chi.statistic), "degreesOfFreedom": int(chi.dof), "pValue": float(chi.pvalue)},
        "rankSum": {"u": float(ranks.statistic), "pValue": float(ranks.pvalue)},
        "hellinger": float(np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / math.sqrt(2)),
    }


golden = {
    "scipy": scipy.__version__,
    "samples": [of_samples(*each) for each in samples()],
    "counts": [of_counts(*each) for each in counts()],
    "chiSquareTails": [[x, df, float(stats.chi2.sf(x, df))] for df in (1, 2, 7, 99, 1000) for x in (1e-6, 0.5, 3.84, 20.0, 100.0, 600.0, 1100.0)],
    "hypergeometricTails": [
        [population, successes, draws, k, float(stats.hypergeom.sf(k - 1, population, successes, draws))]
        for population, successes, draws, ks in [(20, 7, 12, (0, 1, 4, 7, 8)), (100_050, 101, 50, (1, 2, 5, 20)), (110_000, 40, 10_000, (1, 4, 15, 40)), (300, 299, 100, (99, 100))]
        for k in ks
    ],
    "kolmogorovTails": [[x, float(scipy.special.kolmogorov(x))] for x in (0.1, 0.3, 0.5, 0.8, 1.0, 1.17, 1.19, 1.36, 2.0, 4.0, 8.0)],
    "largeKolmogorovSmirnov": [
        [d, m, n, float(stats.kstwo.sf(d, round(m * n / (m + n))))] for d, m, n in [(0.02, 50_000, 5000), (0.08, 100_000, 1000), (0.01, 20_000, 20_000), (0.05, 30_000, 400)]
    ],
    "falseDiscovery": [[p, [float(v) for v in stats.false_discovery_control(p)]] for p in ([0.01, 0.04, 0.03, 0.005], [0.2], [1e-9, 1.0, 0.5, 1e-9, 0.049, 0.05], [0.0, 0.0])],
}
Path(__file__).with_name("scipy.golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
