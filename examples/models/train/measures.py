"""Metrics on held-out rows, in the form of the manifest's `metrics`."""

import numpy as np
from sklearn import metrics


def metric(name, value, rows, target=None, higher_is_better=True):
    entry = {'name': name, 'value': round(float(value), 4)}
    if target is not None:
        entry['target'] = target
    return {**entry, 'dataset': 'held-out', 'rows': int(rows), 'higherIsBetter': higher_is_better}


def missed_targets(entries):
    """The metrics that do not reach their own target."""

    def missed(entry):
        gap = entry['value'] - entry.get('target', entry['value'])
        return gap < 0 if entry['higherIsBetter'] else gap > 0

    return [entry for entry in entries if missed(entry)]


def binary_metrics(scores, positive, threshold, targets):
    """`scores`: P(positive) as served. Accuracy, recall and precision are those of the decision."""
    scores, rows = np.asarray(scores, dtype=np.float64), len(scores)
    flagged = scores >= threshold
    values = [
        ('accuracy', (flagged == positive).mean(), True),
        ('recall', metrics.recall_score(positive, flagged), True),
        ('precision', metrics.precision_score(positive, flagged), True),
        ('roc-auc', metrics.roc_auc_score(positive, scores), True),
        ('log-loss', metrics.log_loss(positive, scores), False),
        ('brier', metrics.brier_score_loss(positive, scores), False),
    ]
    return [metric(name, value, rows, targets.get(name), better) for name, value, better in values]


def multiclass_metrics(probabilities, labels, threshold, targets):
    """`labels`: class indices. accepted-*: only the rows whose top score reaches the threshold."""
    probabilities, rows = np.asarray(probabilities, dtype=np.float64), len(labels)
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    correct = probabilities.argmax(axis=1) == labels
    accepted = probabilities.max(axis=1) >= threshold
    recalls = metrics.recall_score(labels, probabilities.argmax(axis=1), average=None)
    values = [
        ('accuracy', correct.mean(), rows, True),
        ('worst-class-recall', recalls.min(), rows, True),
        ('roc-auc-one-vs-rest', metrics.roc_auc_score(labels, probabilities, multi_class='ovr'), rows, True),
        ('log-loss', metrics.log_loss(labels, probabilities), rows, False),
        ('accepted-share', accepted.mean(), rows, True),
        ('accepted-accuracy', correct[accepted].mean(), accepted.sum(), True),
    ]
    return [metric(name, value, count, targets.get(name), better) for name, value, count, better in values]


def regression_metrics(predictions, truth, targets):
    values = [
        ('mae', metrics.mean_absolute_error(truth, predictions), False),
        ('rmse', metrics.root_mean_squared_error(truth, predictions), False),
        ('r2', metrics.r2_score(truth, predictions), True),
    ]
    return [metric(name, value, len(truth), targets.get(name), better) for name, value, better in values]
