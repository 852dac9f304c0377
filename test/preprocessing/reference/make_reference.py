"""Writes the fixtures that the preprocessing is compared with, computed by scikit-learn, SciPy and Python itself.

    python make_reference.py            write reference.json beside this file
    python make_reference.py --check    fail when it differs

A step case: `fields` and `steps` as in a manifest, `rows`, and `columns`: column name -> float32 values as numbers,
null for NaN. Numbers are computed in float64 and rounded once, to float32. Activation cases: scores in, scores out.
"""

import argparse
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from scipy.special import expit, softmax
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

FILE = Path(__file__).resolve().parent / 'reference.json'
RNG = np.random.default_rng(7)
COLORS = ['red', 'green', 'blue', 'no colour', 'été', '']


def floats(values):
    """float32 values as numbers that read back exactly; NaN as None."""
    return [None if np.isnan(v) else float(v) for v in np.asarray(values, dtype=np.float32).ravel()]


def cells(values):
    """Raw values of a field: float64 numbers, NaN as None."""
    return [None if isinstance(v, float) and np.isnan(v) else v for v in values]


def case(name, fields, steps, raw, columns):
    count = len(next(iter(raw.values())))
    rows = [{key: cells(values)[i] for key, values in raw.items()} for i in range(count)]
    return {
        'name': name,
        'fields': fields,
        'steps': steps,
        'rows': rows,
        'columns': {key: floats(values) for key, values in columns.items()},
    }


def number(**more):
    return {'name': 'x', 'type': 'number', **more}


def training_columns():
    """Columns of different character: around 0, large, tiny, skewed, whole numbers, far from 0 with little spread."""
    return {
        'normal': RNG.normal(0, 1, 60),
        'large': RNG.normal(1e6, 2e5, 60),
        'tiny': RNG.normal(3e-7, 1e-8, 60),
        'skewed': RNG.lognormal(2, 1.5, 60),
        'whole': RNG.integers(-20, 20, 60).astype(np.float64),
        'offset': 1e4 + RNG.normal(0, 1e-3, 60),
    }


def unseen(values):
    """Held-out values: inside, at and beyond the ends of the training data."""
    spread = values.max() - values.min()
    inside = RNG.uniform(values.min(), values.max(), 25)
    return np.concatenate(
        [inside, values[:10], [values.min(), values.max(), values.min() - spread, values.max() + spread, 0.0]]
    )


def scale_cases():
    for name, train in training_columns().items():
        x = unseen(train)
        standard = StandardScaler().fit(train[:, None])
        yield case(
            f'StandardScaler: {name}',
            [number()],
            [{'step': 'scale', 'field': 'x', 'mean': float(standard.mean_[0]), 'std': float(standard.scale_[0])}],
            {'x': x.tolist()},
            {'x': standard.transform(x[:, None])},
        )
        for low, high in [(0, 1), (-1, 1), (0, 255)]:
            between = MinMaxScaler((low, high)).fit(train[:, None])
            ends = {'min': float(between.data_min_[0]), 'max': float(between.data_max_[0]), 'to': [low, high]}
            yield case(
                f'MinMaxScaler to [{low}, {high}]: {name}',
                [number()],
                [{'step': 'scale', 'field': 'x', **ends}],
                {'x': x.tolist()},
                {'x': between.transform(x[:, None])},
            )
        clipped = MinMaxScaler(clip=True).fit(train[:, None])
        yield case(
            f'MinMaxScaler clipped: {name}',
            [number()],
            [
                {'step': 'scale', 'field': 'x', 'min': float(train.min()), 'max': float(train.max())},
                {'step': 'clip', 'field': 'x', 'low': 0, 'high': 1},
            ],
            {'x': x.tolist()},
            {'x': clipped.transform(x[:, None])},
        )


def bin_cases():
    for strategy, extra in [('uniform', {}), ('quantile', {'quantile_method': 'averaged_inverted_cdf'})]:
        for name, train in training_columns().items():
            bins = KBinsDiscretizer(5, encode='ordinal', strategy=strategy, **extra).fit(train[:, None])
            edges = [float(edge) for edge in bins.bin_edges_[0]]
            # Values exactly at the edges are where implementations differ.
            x = np.concatenate([unseen(train), edges])
            yield case(
                f'KBinsDiscretizer {strategy}: {name}',
                [number()],
                [{'step': 'bin', 'field': 'x', 'edges': edges}],
                {'x': x.tolist()},
                {'x': bins.transform(x[:, None])},
            )


def impute_cases():
    for strategy in ['mean', 'median', 'most_frequent', 'constant']:
        train = np.where(RNG.random(60) < 0.3, np.nan, RNG.integers(0, 9, 60) / 3)
        fitted = SimpleImputer(strategy=strategy, fill_value=-1.5).fit(train[:, None])
        x = np.where(RNG.random(30) < 0.3, np.nan, RNG.normal(size=30))
        yield case(
            f'SimpleImputer {strategy}',
            [number(required=False)],
            [{'step': 'impute', 'field': 'x', 'value': float(fitted.statistics_[0])}],
            {'x': x.tolist()},
            {'x': fitted.transform(x[:, None])},
        )
    train = np.where(RNG.random(60) < 0.3, np.nan, RNG.normal(5, 2, 60))
    imputer = SimpleImputer().fit(train[:, None])
    scaler = StandardScaler().fit(imputer.transform(train[:, None]))
    x = np.where(RNG.random(30) < 0.3, np.nan, RNG.normal(5, 2, 30))
    yield case(
        'SimpleImputer, then StandardScaler',
        [number(required=False)],
        [
            {'step': 'impute', 'field': 'x', 'value': float(imputer.statistics_[0])},
            {'step': 'scale', 'field': 'x', 'mean': float(scaler.mean_[0]), 'std': float(scaler.scale_[0])},
        ],
        {'x': x.tolist()},
        {'x': scaler.transform(imputer.transform(x[:, None]))},
    )
    texts = np.array(['a', 'b', None, 'a', None], dtype=object)
    fitted = SimpleImputer(missing_values=None, strategy='most_frequent').fit(texts[:, None])
    encoder = OneHotEncoder(sparse_output=False).fit(fitted.transform(texts[:, None]))
    encoded = encoder.transform(fitted.transform(texts[:, None]))
    yield case(
        'SimpleImputer on strings, then OneHotEncoder',
        [{'name': 'x', 'type': 'string', 'required': False}],
        [
            {'step': 'impute', 'field': 'x', 'value': fitted.statistics_[0]},
            {'step': 'one-hot', 'field': 'x', 'categories': encoder.categories_[0].tolist()},
        ],
        {'x': texts.tolist()},
        dict(zip(encoder.get_feature_names_out(['x']), encoded.T)),
    )


def encoder_cases():
    known = np.array(COLORS, dtype=object)
    mixed = np.concatenate([known, RNG.choice(known, 20), np.array(['violet', 'Red', ' red'], dtype=object)])
    for kind, values, test in [
        ('string', known, mixed),
        ('number', np.array([3.0, 1.0, -2.0, 0.5]), np.array([1.0, 0.5, 3.0, -2.0, 7.0, 1.0])),
    ]:
        field = {'name': 'x', 'type': kind}
        ignoring = OneHotEncoder(handle_unknown='ignore', sparse_output=False).fit(values[:, None])
        categories = ignoring.categories_[0].tolist()
        names = [f'c{i}' for i in range(len(categories))]
        one_hot = {'step': 'one-hot', 'field': 'x', 'categories': categories, 'as': names}
        strict = OneHotEncoder(sparse_output=False).fit(values[:, None])
        infrequent = OneHotEncoder(handle_unknown='infrequent_if_exist', min_frequency=2, sparse_output=False)
        yield case(
            f'OneHotEncoder, known {kind} categories',
            [field],
            [one_hot],
            {'x': values.tolist()},
            dict(zip(names, strict.transform(values[:, None]).T)),
        )
        yield case(
            f'OneHotEncoder, unknown {kind} categories ignored',
            [field],
            [{**one_hot, 'unknown': 'ignore'}],
            {'x': test.tolist()},
            dict(zip(names, ignoring.transform(test[:, None]).T)),
        )
        ordinal = OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=-1).fit(values[:, None])
        step = {'step': 'ordinal', 'field': 'x', 'categories': ordinal.categories_[0].tolist()}
        yield case(
            f'OrdinalEncoder, unknown {kind} categories as -1',
            [field],
            [{**step, 'unknown': {'index': -1}}],
            {'x': test.tolist()},
            {'x': ordinal.transform(test[:, None])},
        )
        missing = OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=np.nan).fit(values[:, None])
        yield case(
            f'OrdinalEncoder, unknown {kind} categories missing',
            [field],
            [{**step, 'unknown': 'ignore'}],
            {'x': test.tolist()},
            {'x': missing.transform(test[:, None])},
        )
        if kind == 'string':
            train = np.array(['a'] * 5 + ['b'] * 4 + ['z'], dtype=object)
            infrequent.fit(train[:, None])
            seen = np.array(['a', 'b', 'z', 'never'], dtype=object)
            yield case(
                'OneHotEncoder, unknown categories as the infrequent one',
                [field],
                [
                    {
                        'step': 'one-hot',
                        'field': 'x',
                        'categories': ['a', 'b', 'z'],
                        'unknown': {'index': 2},
                        'as': names[:3],
                    }
                ],
                {'x': seen.tolist()},
                dict(zip(names, infrequent.transform(seen[:, None]).T)),
            )


def date_cases():
    texts = [
        '1970-01-01', '1969-12-31', '2000-02-29', '2024-02-29', '1900-03-01', '2038-01-19T03:14:08Z',
        '2024-12-31T23:59:59.999Z', '2024-06-01T00:30:00+02:00', '2024-06-01T23:30:00-05:30', '0099-05-06',
    ]  # fmt: skip
    moments = [datetime.fromisoformat(text) for text in texts]
    moments = [m.replace(tzinfo=m.tzinfo or timezone.utc).astimezone(timezone.utc) for m in moments]
    parts = {
        'epoch-days': [m.toordinal() - 719163 for m in moments],
        'year': [m.year for m in moments],
        'month': [m.month for m in moments],
        'day': [m.day for m in moments],
        'day-of-week': [m.weekday() for m in moments],
        'hour': [m.hour for m in moments],
    }
    field = {'name': 'x', 'type': 'date'}
    yield case(
        'parts of dates',
        [field],
        [{'step': 'date', 'field': 'x', 'part': part} for part in parts],
        {'x': texts},
        {f'x_{part}': np.array(values, dtype=np.float64) for part, values in parts.items()},
    )
    for part, first, length in [('month', 1, 12), ('day-of-week', 0, 7), ('hour', 0, 24)]:
        angle = 2 * np.pi * (np.array(parts[part]) - first) / length
        yield case(
            f'cyclic {part}',
            [field],
            [{'step': 'date', 'field': 'x', 'part': part, 'cyclic': True}],
            {'x': texts},
            {f'x_{part}_sin': np.sin(angle), f'x_{part}_cos': np.cos(angle)},
        )


def text_cases():
    """Every character that Python or JavaScript takes for white space, and letters whose lower case is special."""
    spaces = [chr(c) for c in range(0x3001) if chr(c).isspace()] + ['\ufeff', '\u200b', '\u180e']
    texts = [f'{s}A{s}b{s}' for s in spaces] + ['', '  ', 'ÀÉ', 'İ', 'ΑΣ', 'ẞ', 'DŽ', ' Straße ']
    cleaned = sorted({text.strip().lower() for text in texts})
    positions = np.array([cleaned.index(text.strip().lower()) for text in texts], dtype=np.float64)
    yield case(
        'str.strip().lower(), then OrdinalEncoder',
        [{'name': 'x', 'type': 'string'}],
        [
            {'step': 'text', 'field': 'x', 'trim': True, 'lowercase': True},
            {'step': 'ordinal', 'field': 'x', 'categories': cleaned},
        ],
        {'x': texts},
        {'x': positions},
    )


def activation_cases():
    scores = [RNG.normal(0, spread, (8, 5)) for spread in (1, 30, 500)] + [np.full((1, 4), 1000.0)]
    for block in scores:
        yield {'activation': 'softmax', 'scores': block.tolist(), 'expected': softmax(block, axis=1).tolist()}
    values = np.concatenate([RNG.normal(0, spread, 12) for spread in (1, 30, 500)] + [[0.0, -0.0, 745.0, -745.0]])
    yield {
        'activation': 'sigmoid',
        'scores': values[:, None].tolist(),
        'expected': expit(values)[:, None].tolist(),
    }


def document():
    makers = [scale_cases, bin_cases, impute_cases, encoder_cases, date_cases, text_cases]
    return {
        'steps': [case for maker in makers for case in maker()],
        'activations': list(activation_cases()),
    }


def lines(value):
    """One case a line."""
    blocks = [
        f'{json.dumps(key)}: [\n'
        + ',\n'.join(json.dumps(c, ensure_ascii=True, allow_nan=False) for c in cases)
        + '\n]'
        for key, cases in value.items()
    ]
    return '{\n' + ',\n'.join(blocks) + '\n}\n'


def main():
    parser = argparse.ArgumentParser(description='Writes the fixtures of the preprocessing.')
    parser.add_argument('--check', action='store_true', help='compare with the file instead of replacing it')
    text = lines(document())
    if not parser.parse_args().check:
        FILE.write_text(text)
        return 0
    return 0 if FILE.read_text() == text else 'reference.json differs from what this script writes'


if __name__ == '__main__':
    sys.exit(main())
