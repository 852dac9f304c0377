"""Statistics of the training rows that drift is measured against (baseline.json)."""

import numpy as np

from rounding import significant

BINS = 10


def quantile_edges(values):
    """Ascending quantiles of `values`, tied ones once.

    Rounded to six digits, the last up and the others down: a value then falls into the same bin whether it
    arrives as float32 or as the decimal number it was written as, and no training value falls outside.
    """
    quantiles = np.quantile(values, np.linspace(0, 1, BINS + 1))
    edges = [significant(edge, 6, 'down') for edge in quantiles[:-1]] + [significant(quantiles[-1], 6, 'up')]
    return sorted(set(edges))


def count_bins(values, edges):
    """Counts under, per bin, over. A bin holds its lower edge, the last one its upper edge as well."""
    inside = [int(count) for count in np.histogram(values, edges)[0]]
    return [int((values < edges[0]).sum()), *inside, int((values > edges[-1]).sum())]


def numeric_feature(values):
    values = np.asarray(values, dtype=np.float64).ravel()
    edges = quantile_edges(values)
    return {
        'kind': 'numeric',
        'edges': edges,
        'counts': count_bins(values, edges),
        'nulls': 0,
        'mean': significant(values.mean(), 6),
        'std': significant(values.std(), 6),
        'min': significant(values.min(), 6),
        'max': significant(values.max(), 6),
    }


def categorical_feature(values):
    names, counts = np.unique(np.asarray(values).ravel(), return_counts=True)
    return {'kind': 'categorical', 'counts': {str(n): int(c) for n, c in zip(names, counts)}, 'nulls': 0}


def score_histogram(scores, edges):
    return {'edges': edges, 'counts': count_bins(np.asarray(scores, dtype=np.float64), edges)}


def probability_edges():
    return [i / BINS for i in range(BINS + 1)]


def calibration(scores, hits):
    """Mean score against the share of hits, per tenth of the score; empty tenths are left out."""
    tenth = np.minimum((np.asarray(scores) * BINS).astype(int), BINS - 1)
    rows = []
    for bin_index in np.unique(tenth):
        here = tenth == bin_index
        rows.append(
            {
                'score': significant(np.mean(scores[here]), 6),
                'rate': significant(np.mean(hits[here]), 6),
                'rows': int(here.sum()),
            }
        )
    return rows


def label_counts(labels, classes):
    return {name: int((np.asarray(labels) == name).sum()) for name in classes}


def baseline(rows, features, scores, **classification):
    """The whole document; `classification` takes labels and calibration."""
    return {
        'apiVersion': 'inferstack.dev/v1',
        'kind': 'Baseline',
        'rows': rows,
        'features': features,
        'scores': scores,
        **classification,
    }
