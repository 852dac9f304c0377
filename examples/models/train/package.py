"""What a trained model hands over, and how its files are written."""

import csv
import json
from dataclasses import dataclass

import numpy as np
import yaml

from graph import Runner
from rounding import plain, significant

SCHEMA = '# yaml-language-server: $schema=../../../../schema/model.schema.json\n'
SAMPLES = 15
BATCH_SAMPLE = [0, 1, 2, 3]


@dataclass
class Package:
    """One version. `inputs`: the held-out rows as graph inputs; `sample_rows`: those that become samples.

    `raw_rows`: the held-out rows as callers send them, for a model whose manifest preprocesses them.
    """

    manifest: dict
    model: bytes
    inputs: dict
    sample_rows: list
    baseline: dict
    raw_rows: list | None = None


@dataclass
class Family:
    """All versions of one model with the held-out rows they share."""

    name: str
    packages: list
    columns: list
    rows: list
    labels: list


def serve_checked(model, inputs, reference):
    """The graph's outputs on `inputs`, refused unless they agree with scikit-learn's own (`reference`)."""
    outputs = Runner(model).run(inputs)
    for name, want in reference.items():
        got = outputs[name]
        exact = np.issubdtype(got.dtype, np.integer)
        agrees = np.array_equal(got, want) if exact else np.allclose(got, want, rtol=1e-5, atol=1e-5)
        if got.shape != np.shape(want) or not agrees:
            raise AssertionError(f'{name}: the graph and scikit-learn disagree on held-out rows')
    return outputs


def spread_rows(scores, count=SAMPLES):
    """Rows spread evenly over the ranking of `scores`, so that samples cover the whole range of outputs."""
    ranking = np.argsort(scores, kind='stable')
    return [int(row) for row in ranking[np.linspace(0, len(scores) - 1, count).round().astype(int)]]


def samples(package):
    """One-row samples and one of several rows, each run exactly as it will be replayed."""
    runner = Runner(package.model)
    groups = [(f'held-out-{row}', [row]) for row in package.sample_rows]
    groups.append((f'held-out-{BATCH_SAMPLE[0]}-to-{BATCH_SAMPLE[-1]}', BATCH_SAMPLE))
    for sample_id, rows in groups:
        inputs = {name: array[rows] for name, array in package.inputs.items()}
        outputs = runner.run(inputs)
        given = (
            {'inputs': {name: plain(array) for name, array in inputs.items()}}
            if package.raw_rows is None
            else {'rows': [package.raw_rows[row] for row in rows]}
        )
        yield {
            'id': sample_id,
            **given,
            'outputs': {name: plain(array) for name, array in outputs.items()},
        }


class ManifestDumper(yaml.SafeDumper):
    """Block style, but short records (a column, a metric, a shape) on one line."""

    def ignore_aliases(self, data):
        return True

    def represent_mapping(self, tag, mapping, flow_style=None):
        pairs = dict(mapping)
        record = bool({'name', 'step'} & set(pairs)) and not {'apiVersion', 'columns'} & set(pairs)
        return super().represent_mapping(tag, mapping, flow_style=record or set(pairs) == {'above', 'below'})

    def represent_sequence(self, tag, sequence, flow_style=None):
        short = all(not isinstance(item, (dict, list)) and len(str(item)) < 20 for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=short)


ManifestDumper.add_representer(
    dict, lambda dumper, data: dumper.represent_mapping('tag:yaml.org,2002:map', data)
)
ManifestDumper.add_representer(
    list, lambda dumper, data: dumper.represent_sequence('tag:yaml.org,2002:seq', data)
)


def write_json_lines(path, records):
    path.write_text(''.join(json.dumps(record, allow_nan=False) + '\n' for record in records))


def write_baseline(path, document):
    """One feature a line: readable, and a retrained baseline shows its changes line by line."""
    features = ',\n'.join(
        f'    {json.dumps(name)}: {json.dumps(value)}' for name, value in document['features'].items()
    )
    members = [
        f'  {json.dumps(key)}: ' + (f'{{\n{features}\n  }}' if key == 'features' else json.dumps(value))
        for key, value in document.items()
    ]
    path.write_text('{\n' + ',\n'.join(members) + '\n}\n')


def write_package(package, directory):
    directory.mkdir(parents=True)
    manifest = yaml.dump(
        package.manifest, Dumper=ManifestDumper, sort_keys=False, width=130, allow_unicode=True
    )
    (directory / 'model.yaml').write_text(SCHEMA + manifest)
    (directory / 'model.onnx').write_bytes(package.model)
    write_json_lines(directory / 'samples.jsonl', samples(package))
    write_baseline(directory / 'baseline.json', package.baseline)


def write_family(family, directory):
    """Writes `<name>/<version>/` for every version and `<name>/held-out.csv`, below `directory`."""
    for package in family.packages:
        write_package(package, directory / family.name / package.manifest['version'])
    with open(directory / family.name / 'held-out.csv', 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow([*family.columns, 'label'])
        writer.writerows([*row, label] for row, label in zip(family.rows, family.labels))


def round_up(value, digits=2):
    """`value` rounded up to so many significant digits, for limits that must not exclude it."""
    return significant(value, digits, 'up')
