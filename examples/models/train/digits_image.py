"""digits-image: the perceptron of digits for files of images, which the manifest turns into what the graph takes."""

import base64
import io

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split

import digits
from graph import build_model, to_bytes
from measures import multiclass_metrics
from package import Family, Package, serve_checked
from thresholds import lowest_reliable_threshold

PAPER = 255


def pixels(data):
    """Ink from 0 to 16 as grey of 8 bits."""
    return np.round(data * PAPER / digits.WHITE).astype(np.uint8)


def png(row):
    out = io.BytesIO()
    Image.fromarray(row.reshape(8, 8)).save(out, format='PNG', optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def manifest(train_rows, held_out_rows, threshold):
    document = digits.manifest(train_rows, held_out_rows, threshold)
    document['name'] = 'digits-image'
    document['description'] = (
        'The digit on a photo or scan, brought to 8x8 pixels of grey. The perceptron of digits, for files.'
    )
    document['signature']['inputs'] = [
        {'name': 'pixels', 'dtype': 'FP32', 'shape': ['batch', 1, 8, 8], 'range': [0, 1]}
    ]
    step = {
        'step': 'image',
        'field': 'image',
        'color': 'grey',
        'resize': {'width': 8, 'height': 8, 'fit': 'contain', 'kernel': 'linear'},
        'divideBy': PAPER,
        'as': 'pixels',
    }
    rest = {key: document.pop(key) for key in ['prediction', 'card']}
    document['preprocessing'] = {
        'fields': [{'name': 'image', 'type': 'image', 'maxBytes': 1_000_000}],
        'steps': [step],
    }
    document |= rest
    document['card']['limitations'][-1] = (
        'White ink on black paper, centred as the training images are. Images of other sizes are resized; how well'
        ' the model reads those was not measured.'
    )
    return document


def build():
    bunch = load_digits()
    train, held_out, train_target, target = train_test_split(
        pixels(bunch.data), bunch.target, test_size=0.25, stratify=bunch.target, random_state=digits.SEED
    )
    scaled = train / PAPER
    folds = StratifiedKFold(5, shuffle=True, random_state=digits.SEED)
    out_of_fold = cross_val_predict(digits.estimator(), scaled, train_target, cv=folds, method='predict_proba')
    correct = out_of_fold.argmax(axis=1) == train_target
    threshold = lowest_reliable_threshold(out_of_fold.max(axis=1), correct, digits.ACCEPTED_ACCURACY)
    fitted = digits.estimator().fit(scaled, train_target)
    document = manifest(len(train), len(held_out), threshold)
    model = to_bytes(build_model(document, 'sklearn.datasets.load_digits', *digits.layers(fitted, 'pixels')))
    inputs = {'pixels': held_out.reshape(-1, 1, 8, 8).astype(np.float32) / np.float32(PAPER)}
    reference = fitted.predict_proba(held_out / PAPER)
    probabilities = serve_checked(model, inputs, {'probabilities': reference})['probabilities']
    document['metrics'] = multiclass_metrics(probabilities, target, threshold, digits.TARGETS)
    statistics = digits.training_baseline(scaled.astype(np.float32), train_target, out_of_fold)
    statistics['features'] = {'pixels': statistics['features'].pop('image')}
    package = Package(document, model, inputs, digits.sample_rows(target), statistics)
    package.raw_rows = [{'image': png(row)} for row in held_out]
    return Family('digits-image', [package], [f'pixel_{i}' for i in range(64)], held_out.tolist(), target.tolist())
