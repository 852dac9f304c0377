"""diabetes-fields: the target of diabetes from raw fields; what scikit-learn did before the ridge is in model.yaml."""

import numpy as np
from onnx import helper
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

import diabetes
from baseline import baseline, numeric_feature, quantile_edges, score_histogram
from graph import build_model, to_bytes
from measures import regression_metrics
from package import Family, Package, serve_checked, spread_rows
from rounding import plain, significant

AGE, SEX = 0, 1
NUMBERS = [2, 3, 4, 5, 6, 7, 8, 9]
RANGES = {'bmi': [10, 100], 'bp': [20, 250], **{name: limits for name, (_, limits) in diabetes.SERUM.items()}}
DESCRIPTIONS = {
    'bmi': 'Body mass index',
    'bp': 'Average blood pressure',
    **{name: text for name, (text, _) in diabetes.SERUM.items()},
}
# Blood values that a laboratory may still owe; the other measurements need no laboratory.
OPTIONAL = list(diabetes.SERUM)


def estimator():
    """Age in four bins of equal numbers of patients, sex one-hot, medians for missing blood values, a ridge."""
    bins = KBinsDiscretizer(
        4, encode='ordinal', strategy='quantile', quantile_method='averaged_inverted_cdf', subsample=None
    )
    prepare = ColumnTransformer(
        [
            ('age', bins, [AGE]),
            ('sex', OneHotEncoder(sparse_output=False), [SEX]),
            ('numbers', make_pipeline(SimpleImputer(strategy='median'), StandardScaler()), NUMBERS),
        ]
    )
    return make_pipeline(prepare, RidgeCV(diabetes.ALPHAS))


def fields():
    """What a caller sends; ranges as in diabetes."""
    return [
        {'name': 'age', 'type': 'number', 'unit': 'years', 'range': [0, 120], 'sensitivity': 'confidential'},
        {
            'name': 'sex',
            'type': 'string',
            'description': 'The code of the dataset, which does not say which is which',
            'categories': diabetes.SEX_CODES,
            'sensitivity': 'confidential',
        },
        *(
            {
                'name': name,
                'type': 'number',
                'description': DESCRIPTIONS[name],
                **({'required': False} if name in OPTIONAL else {}),
                'range': limits,
            }
            for name, limits in RANGES.items()
        ),
    ]


def steps(prepare, names):
    """The fitted transformers as steps of the manifest."""
    edges = prepare.named_transformers_['age'].bin_edges_[0]
    imputer, scaler = prepare.named_transformers_['numbers']
    numbers = [names[i] for i in NUMBERS]
    imputed = [
        {'step': 'impute', 'field': name, 'value': float(median)}
        for name, median in zip(numbers, imputer.statistics_)
        if name in OPTIONAL
    ]
    scaled = [
        {'step': 'scale', 'field': name, 'mean': float(mean), 'std': float(scale)}
        for name, mean, scale in zip(numbers, scaler.mean_, scaler.scale_)
    ]
    return [
        {'step': 'bin', 'field': 'age', 'edges': [float(edge) for edge in edges], 'as': 'age bin'},
        {'step': 'one-hot', 'field': 'sex', 'categories': diabetes.SEX_CODES},
        *imputed,
        *scaled,
    ]


def columns(prepare, names):
    """What the graph takes: the ranges are those of the fields, scaled and rounded outwards."""
    scaler = prepare.named_transformers_['numbers'][1]
    limits = {
        names[i]: [(end - mean) / scale for end in RANGES[names[i]]]
        for i, mean, scale in zip(NUMBERS, scaler.mean_, scaler.scale_)
    }
    # As high as they are far from 0: one digit more never cuts a legal value off.
    scaled = [
        {'name': name, 'range': [significant(low, 4, 'down'), significant(high, 4, 'up')]}
        for name, (low, high) in limits.items()
    ]
    one_hot = [{'name': f'sex_{code}', 'range': [0, 1], 'sensitivity': 'confidential'} for code in diabetes.SEX_CODES]
    return [{'name': 'age bin', 'range': [0, 3], 'sensitivity': 'confidential'}, *one_hot, *scaled]


def manifest(fitted, names, train_target, target):
    prepare = fitted[0]
    described = columns(prepare, names)
    card = diabetes.card(train_target, target)
    return {
        'apiVersion': 'inferstack.dev/v1',
        'kind': 'Model',
        'name': 'diabetes-fields',
        'version': '1',
        'description': 'Disease progression as diabetes/1, from raw fields: the preprocessing is in the manifest.',
        'signature': {
            'inputs': [
                {'name': 'features', 'dtype': 'FP32', 'shape': ['batch', len(described)], 'columns': described}
            ],
            'outputs': [{'name': 'progression', 'dtype': 'FP32', 'shape': ['batch', 1]}],
        },
        'preprocessing': {'fields': fields(), 'steps': steps(prepare, names)},
        'prediction': {'kind': 'regression', 'output': 'progression'},
        'card': {
            **card,
            'intendedUse': 'Shows preprocessing in the manifest: rows carry raw fields, the graph is one Gemm.',
            'limitations': [
                *card['limitations'],
                'No blood value was missing in training: how much worse imputed rows are was not measured.',
            ],
        },
    }


def ridge_graph(fitted):
    ridge = fitted[1]
    nodes = [helper.make_node('Gemm', ['features', 'weights', 'intercept'], ['progression'])]
    return nodes, {
        'weights': ridge.coef_[:, None].astype(np.float32),
        'intercept': np.array([ridge.intercept_], dtype=np.float32),
    }


def raw_rows(rows, names):
    """Rows as callers send them."""
    return [
        {name: str(int(value)) if name == 'sex' else value for name, value in zip(names, row)} for row in plain(rows)
    ]


def build():
    bunch = load_diabetes(scaled=False)
    names = [str(name) for name in bunch.feature_names]
    train, held_out, train_target, target = train_test_split(
        bunch.data.astype(np.float32), bunch.target, test_size=0.25, random_state=diabetes.SEED
    )
    # The numbers of the JSON, not their float32 neighbours: this is what the runtime will compute with.
    rows, unseen = (np.array(plain(part), dtype=np.float64) for part in (train, held_out))
    folds = KFold(5, shuffle=True, random_state=diabetes.SEED)
    out_of_fold = cross_val_predict(estimator(), rows, train_target, cv=folds)
    fitted = estimator().fit(rows, train_target)
    document = manifest(fitted, names, train_target, target)
    model = to_bytes(build_model(document, 'sklearn.datasets.load_diabetes', *ridge_graph(fitted)))
    inputs = {'features': fitted[0].transform(unseen).astype(np.float32)}
    served = serve_checked(model, inputs, {'progression': fitted.predict(unseen)[:, None]})['progression'][:, 0]
    document['metrics'] = regression_metrics(served, target, diabetes.TARGETS)
    trained = fitted[0].transform(rows).astype(np.float32)
    described = document['signature']['inputs'][0]['columns']
    features = {column['name']: numeric_feature(trained[:, i]) for i, column in enumerate(described)}
    package = Package(
        document,
        model,
        inputs,
        spread_rows(served),
        baseline(len(rows), features, score_histogram(out_of_fold, quantile_edges(out_of_fold))),
        raw_rows(held_out, names),
    )
    return Family('diabetes-fields', [package], names, plain(held_out), [int(label) for label in target])
