"""Chooses decision thresholds from out-of-fold scores of the training rows; held-out rows are never seen."""

import numpy as np

CANDIDATES = [i / 100 for i in range(1, 100)]


def widest_run_middle(flags):
    """The middle index of the longest run of true flags (the first one when tied)."""
    runs, start = [], None
    for index, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = index
        if not flag and start is not None:
            runs.append((start, index - 1))
            start = None
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return (first + last) // 2


def cheapest_threshold(scores, positive, miss_cost):
    """The threshold of least total cost, a miss costing `miss_cost` false alarms.

    Of equally cheap thresholds, the middle of their widest run, which is the least sensitive to small shifts.
    """
    costs = [
        miss_cost * int((positive & (scores < t)).sum()) + int((~positive & (scores >= t)).sum())
        for t in CANDIDATES
    ]
    return CANDIDATES[widest_run_middle(np.array(costs) == min(costs))]


def lowest_reliable_threshold(top_scores, correct, accuracy):
    """The lowest threshold at or above which at least `accuracy` of the rows are correct."""
    for threshold in CANDIDATES:
        accepted = top_scores >= threshold
        if accepted.any() and correct[accepted].mean() >= accuracy:
            return threshold
    raise ValueError(f'no threshold reaches an accuracy of {accuracy} on the training folds')
