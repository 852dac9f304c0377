"""Writes a graph as a model package with golden samples computed by ONNX Runtime."""

import json

import numpy as np
import onnx
import onnxruntime
import yaml

SCHEMA = '# yaml-language-server: $schema=../../../../../../schema/model.schema.json\n'
# Kernels differ between processors and engine versions; random weights have no margin to hide it.
TOLERANCE = {'absolute': 1e-3, 'relative': 1e-3}
DTYPES = {onnx.TensorProto.FLOAT: 'FP32', onnx.TensorProto.INT64: 'INT64'}


def write_package(directory, model, rows, ranges, description):
    """`rows`: feeds of one row each; `ranges`: the allowed values of each input."""
    directory.mkdir(parents=True, exist_ok=True)
    onnx.save(model, directory / 'model.onnx')
    text = yaml.safe_dump(manifest(model, ranges, description), sort_keys=False, default_flow_style=None, width=110)
    (directory / 'model.yaml').write_text(SCHEMA + text)
    session = onnxruntime.InferenceSession(directory / 'model.onnx', providers=['CPUExecutionProvider'])
    lines = [json.dumps(sample(session, f'random-{i}', feeds)) for i, feeds in enumerate(rows)]
    (directory / 'samples.jsonl').write_text('\n'.join(lines) + '\n')


def manifest(model, ranges, description):
    inputs = [{**tensor(value), 'range': ranges[value.name], 'sensitivity': 'public'} for value in model.graph.input]
    return {
        'apiVersion': 'inferstack.dev/v1',
        'kind': 'Model',
        'name': model.graph.name,
        'version': '1',
        'description': description,
        'signature': {'inputs': inputs, 'outputs': [tensor(value) for value in model.graph.output]},
        'card': {
            'owner': 'inferstack benchmarks',
            'intendedUse': 'Measures the speed of serving. The weights are random.',
            'outOfScope': ['must not be used to predict anything'],
            'trainingData': 'None: seeded random weights.',
        },
    }


def tensor(value):
    kind = value.type.tensor_type
    shape = [dimension.dim_param or dimension.dim_value for dimension in kind.shape.dim]
    return {'name': value.name, 'dtype': DTYPES[kind.elem_type], 'shape': shape}


def sample(session, name, feeds):
    outputs = dict(zip([output.name for output in session.get_outputs()], session.run(None, feeds), strict=True))
    for output, values in outputs.items():
        if not np.isfinite(values).all() or np.abs(values).max() > 100 or values.std() == 0:
            raise AssertionError(f'{name}: {output} is not sane: the weights are scaled wrongly')
    return {
        'id': name,
        'inputs': {key: plain(values) for key, values in feeds.items()},
        'outputs': {key: plain(values) for key, values in outputs.items()},
        'tolerance': TOLERANCE,
    }


def plain(values):
    """Nested lists with the shortest decimals that read back as the same float32."""
    if values.dtype == np.float32:
        values = values.astype('U').astype(np.float64)
    return values.tolist()
