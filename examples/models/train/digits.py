"""digits: which of ten digits an 8x8 grey-scale image shows, by a small multi-layer perceptron."""

import numpy as np
from onnx import helper
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split
from sklearn.neural_network import MLPClassifier

from baseline import baseline, calibration, label_counts, numeric_feature, probability_edges, score_histogram
from graph import build_model, to_bytes
from measures import multiclass_metrics
from package import Family, Package, serve_checked
from rounding import plain
from thresholds import lowest_reliable_threshold

SEED = 0
WHITE = 16.0
CLASSES = [str(digit) for digit in range(10)]
ACCEPTED_ACCURACY = 0.995
TARGETS = {'accuracy': 0.95, 'accepted-accuracy': 0.98}


def estimator():
    """Fixed beforehand, not tuned."""
    return MLPClassifier((64, 32), alpha=0.01, max_iter=400, random_state=SEED)


def network(fitted):
    """Scaling, flattening, then Gemm and Relu a layer, Softmax at the end."""
    nodes, constants = layers(fitted, 'scaled')
    scaling = helper.make_node('Div', ['image', 'white'], ['scaled'])
    return [scaling, *nodes], {'white': np.float32(WHITE)} | constants


def layers(fitted, scaled):
    """All but the scaling, of the tensor of this name."""
    nodes = [helper.make_node('Flatten', [scaled], ['layer0'], axis=1)]
    constants = {}
    last = len(fitted.coefs_) - 1
    for i, (weights, bias) in enumerate(zip(fitted.coefs_, fitted.intercepts_)):
        constants |= {f'weights{i}': weights.astype(np.float32), f'bias{i}': bias.astype(np.float32)}
        nodes.append(helper.make_node('Gemm', [f'layer{i}', f'weights{i}', f'bias{i}'], [f'sum{i}']))
        if i < last:
            nodes.append(helper.make_node('Relu', [f'sum{i}'], [f'layer{i + 1}']))
    nodes.append(helper.make_node('Softmax', [f'sum{last}'], ['probabilities'], axis=1))
    return nodes, constants


def card(train_rows, held_out_rows, threshold):
    return {
        'owner': 'inferstack examples',
        'intendedUse': (
            'Shows a multiclass model that takes a whole image a row and leaves unsure rows to a person.'
        ),
        'outOfScope': ['must not be used to read cheques, forms, exams or anything else that matters'],
        'trainingData': (
            f'{train_rows} of the 1797 images bundled with scikit-learn (the test part of Optical '
            'Recognition of Handwritten Digits).'
        ),
        'evaluationData': (
            f'The other {held_out_rows} images, split at random with the same class shares (seed {SEED}).'
        ),
        'limitations': [
            (
                'Images of one writer are on both sides of the split (the bundled copy does not name'
                ' writers): expect less on the hand of a new writer.'
            ),
            (
                f'The threshold {threshold} is the lowest at which {100 * ACCEPTED_ACCURACY:g} % of the'
                ' accepted images are right in 5-fold cross-validation on the training rows; it promises'
                ' nothing for other images.'
            ),
            (
                'There is no class for what is not a digit: a blank or a letter gets a digit, sometimes a'
                ' sure one.'
            ),
            (
                'Images must be centred and normalized like the training images, 0 for paper and 16 for full'
                ' ink.'
            ),
        ],
        'references': ['https://scikit-learn.org/stable/datasets/toy_dataset.html'],
    }


def manifest(train_rows, held_out_rows, threshold):
    image = {'name': 'image', 'dtype': 'FP32', 'shape': ['batch', 1, 8, 8], 'range': [0, 16]}
    return {
        'apiVersion': 'inferstack.dev/v1',
        'kind': 'Model',
        'name': 'digits',
        'version': '1',
        'description': (
            'The digit on an 8x8 grey-scale image. Multi-layer perceptron, 64 and 32 hidden units.'
        ),
        'signature': {
            'inputs': [image],
            'outputs': [{'name': 'probabilities', 'dtype': 'FP32', 'shape': ['batch', 10]}],
        },
        'prediction': {
            'kind': 'multiclass',
            'output': 'probabilities',
            'classes': CLASSES,
            'threshold': threshold,
            'decision': {'above': 'accept', 'below': 'review'},
        },
        'card': card(train_rows, held_out_rows, threshold),
    }


def training_baseline(train, target, out_of_fold):
    """Scores are out-of-fold: on rows a model was fitted to they would look surer than on live ones."""
    top = out_of_fold.max(axis=1)
    return baseline(
        len(train),
        {'image': numeric_feature(train)},
        score_histogram(top, probability_edges()),
        labels=label_counts(target.astype(str), CLASSES),
        calibration=calibration(top, out_of_fold.argmax(axis=1) == target),
    )


def sample_rows(target):
    """The first held-out image of every digit, then the second of the first five."""
    rows = [np.flatnonzero(target == digit) for digit in range(10)]
    return [int(row[0]) for row in rows] + [int(row[1]) for row in rows[:5]]


def build():
    bunch = load_digits()
    train, held_out, train_target, target = train_test_split(
        bunch.data.astype(np.float32), bunch.target, test_size=0.25, stratify=bunch.target, random_state=SEED
    )
    scaled = train.astype(np.float64) / WHITE
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    out_of_fold = cross_val_predict(estimator(), scaled, train_target, cv=folds, method='predict_proba')
    correct = out_of_fold.argmax(axis=1) == train_target
    threshold = lowest_reliable_threshold(out_of_fold.max(axis=1), correct, ACCEPTED_ACCURACY)
    fitted = estimator().fit(scaled, train_target)
    document = manifest(len(train), len(held_out), threshold)
    model = to_bytes(build_model(document, 'sklearn.datasets.load_digits', *network(fitted)))
    inputs = {'image': held_out.reshape(-1, 1, 8, 8)}
    reference = fitted.predict_proba(held_out.astype(np.float64) / WHITE)
    probabilities = serve_checked(model, inputs, {'probabilities': reference})['probabilities']
    assert np.array_equal(probabilities.argmax(axis=1), reference.argmax(axis=1))
    document['metrics'] = multiclass_metrics(probabilities, target, threshold, TARGETS)
    package = Package(
        document, model, inputs, sample_rows(target), training_baseline(train, train_target, out_of_fold)
    )
    return Family('digits', [package], [f'pixel_{i}' for i in range(64)], plain(held_out), target.tolist())
