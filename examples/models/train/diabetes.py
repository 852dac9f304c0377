"""diabetes: progression of the disease after a year, by ridge regression on inputs of mixed types."""

import numpy as np
from onnx import TensorProto, helper
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from baseline import baseline, categorical_feature, numeric_feature, quantile_edges, score_histogram
from graph import build_model, to_bytes
from measures import regression_metrics
from package import Family, Package, serve_checked, spread_rows
from rounding import plain

SEED = 0
SEX = 1
NUMERIC = [0, 2, 3, 4, 5, 6, 7, 8, 9]
SEX_CODES = ['1', '2']
ALPHAS = [0.1, 1.0, 10.0, 100.0]
TARGETS = {'mae': 50, 'r2': 0.3}
SERUM = {
    's1': ('tc, total serum cholesterol', [20, 1000]),
    's2': ('ldl, low-density lipoproteins', [10, 800]),
    's3': ('hdl, high-density lipoproteins', [5, 300]),
    's4': ('tch, total cholesterol / HDL', [1, 50]),
    's5': ('ltg, possibly log of serum triglycerides level', [1, 10]),
    's6': ('glu, blood sugar level', [20, 800]),
}


def single(name, dtype, **allowed):
    """An input of one column, named like it."""
    return {'name': name, 'dtype': dtype, 'shape': ['batch', 1], 'columns': [{'name': name, **allowed}]}


def inputs():
    """Ranges are set by hand: wide enough for any patient, narrow enough to catch swapped columns."""
    return [
        single('age', 'INT64', unit='years', range=[0, 120], sensitivity='confidential'),
        single(
            'sex',
            'BYTES',
            description='The code of the dataset, which does not say which is which',
            categories=SEX_CODES,
            sensitivity='confidential',
        ),
        single('bmi', 'FP32', description='Body mass index', range=[10, 100]),
        single('bp', 'FP32', description='Average blood pressure', range=[20, 250]),
        {
            'name': 'serum',
            'dtype': 'FP32',
            'shape': ['batch', len(SERUM)],
            'columns': [
                {'name': name, 'description': text, 'range': limits} for name, (text, limits) in SERUM.items()
            ],
        },
    ]


def estimator():
    """Standardized numbers and one-hot sex; the penalty is chosen by leave-one-out on the training rows."""
    prepare = make_column_transformer((StandardScaler(), NUMERIC), (OneHotEncoder(), [SEX]))
    return make_pipeline(prepare, RidgeCV(ALPHAS))


def ridge_graph(fitted):
    """Cast, scale, one-hot, Gemm. zeros=0: an unknown code of sex is an error, not a row of zeros."""
    scaler, ridge = fitted[0].named_transformers_['standardscaler'], fitted[1]
    nodes = [
        helper.make_node('Cast', ['age'], ['age_number'], to=TensorProto.FLOAT),
        helper.make_node('Concat', ['age_number', 'bmi', 'bp', 'serum'], ['numbers'], axis=1),
        helper.make_node('Sub', ['numbers', 'mean'], ['centred']),
        helper.make_node('Div', ['centred', 'scale'], ['scaled']),
        helper.make_node(
            'OneHotEncoder', ['sex'], ['sex_rows'], domain='ai.onnx.ml', cats_strings=SEX_CODES, zeros=0
        ),
        helper.make_node('Flatten', ['sex_rows'], ['sex_one_hot'], axis=1),
        helper.make_node('Concat', ['scaled', 'sex_one_hot'], ['row'], axis=1),
        helper.make_node('Gemm', ['row', 'weights', 'intercept'], ['progression']),
    ]
    return nodes, {
        'mean': scaler.mean_.astype(np.float32),
        'scale': scaler.scale_.astype(np.float32),
        'weights': ridge.coef_[:, None].astype(np.float32),
        'intercept': np.array([ridge.intercept_], dtype=np.float32),
    }


def graph_inputs(rows):
    """The rows in the types of the signature. Sex is a string tensor."""
    sex = np.array([[str(int(code))] for code in rows[:, SEX]], dtype=object)
    return {
        'age': rows[:, [0]].astype(np.int64),
        'sex': sex,
        'bmi': rows[:, [2]],
        'bp': rows[:, [3]],
        'serum': rows[:, 4:],
    }


def card(train_target, target):
    mean_error = target - train_target.mean()
    mae, rmse = np.abs(mean_error).mean(), np.sqrt((mean_error**2).mean())
    return {
        'owner': 'inferstack examples',
        'intendedUse': 'Shows a regression on several named inputs of mixed types, with a category as text.',
        'outOfScope': [
            'must not be used for prognosis, treatment, insurance or any other decision about a person'
        ],
        'trainingData': (
            f'{len(train_target)} of the 442 rows of the diabetes dataset bundled with scikit-learn '
            '(scaled=False).'
        ),
        'evaluationData': (
            f'The other {len(target)} rows, split at random (seed {SEED}). Always predicting the '
            f'training mean, {train_target.mean():.1f}, gives MAE {mae:.1f} and RMSE {rmse:.1f} there.'
        ),
        'limitations': [
            'The errors are large: the ten measurements explain less than half of the variance.',
            (
                'The dataset codes sex as 1 and 2 without saying which is which; the codes are passed on as'
                ' they are.'
            ),
            'The unit of the target is not documented, nor that of any measurement but age.',
            (
                'Ages 19 to 79 and 442 patients of one study: other people may be predicted worse, and it'
                ' would not show.'
            ),
            (
                'The ranges allow more than was trained on; predictions far outside the training data'
                ' extrapolate a straight line.'
            ),
        ],
        'references': [
            'https://scikit-learn.org/stable/datasets/toy_dataset.html',
            'https://web.stanford.edu/~hastie/Papers/LARS/LeastAngle_2002.pdf',
        ],
    }


def manifest(train_target, target):
    return {
        'apiVersion': 'inferstack.dev/v1',
        'kind': 'Model',
        'name': 'diabetes',
        'version': '1',
        'description': 'Disease progression one year after ten baseline measurements. Ridge regression.',
        'signature': {
            'inputs': inputs(),
            'outputs': [{'name': 'progression', 'dtype': 'FP32', 'shape': ['batch', 1]}],
        },
        'prediction': {'kind': 'regression', 'output': 'progression'},
        'card': card(train_target, target),
    }


def training_baseline(names, train, predictions):
    features = {name: numeric_feature(train[:, i]) for i, name in enumerate(names)}
    features['sex'] = categorical_feature(graph_inputs(train)['sex'])
    return baseline(len(train), features, score_histogram(predictions, quantile_edges(predictions)))


def build():
    bunch = load_diabetes(scaled=False)
    train, held_out, train_target, target = train_test_split(
        bunch.data.astype(np.float32), bunch.target, test_size=0.25, random_state=SEED
    )
    rows = train.astype(np.float64)
    folds = KFold(5, shuffle=True, random_state=SEED)
    out_of_fold = cross_val_predict(estimator(), rows, train_target, cv=folds)
    fitted = estimator().fit(rows, train_target)
    document = manifest(train_target, target)
    model = to_bytes(build_model(document, 'sklearn.datasets.load_diabetes', *ridge_graph(fitted)))
    reference = fitted.predict(held_out.astype(np.float64))[:, None]
    served = serve_checked(model, graph_inputs(held_out), {'progression': reference})['progression'][:, 0]
    document['metrics'] = regression_metrics(served, target, TARGETS)
    package = Package(
        document,
        model,
        graph_inputs(held_out),
        spread_rows(served),
        training_baseline(bunch.feature_names, train, out_of_fold),
    )
    labels = [int(label) for label in target]
    return Family('diabetes', [package], bunch.feature_names, plain(held_out), labels)
