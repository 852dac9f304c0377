"""Trains the example models and writes their packages.

    python train.py            retrain and replace the packages beside this folder
    python train.py --check    retrain into a scratch directory and compare it with the packages, byte by byte

A model that misses one of its own targets, or whose graph disagrees with scikit-learn, is not written.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from threadpoolctl import threadpool_limits

import breast_cancer
import diabetes
import diabetes_fields
import digits
import digits_image
from measures import missed_targets
from package import write_family

MODELS = Path(__file__).resolve().parent.parent
FAMILIES = [breast_cancer, digits, digits_image, diabetes, diabetes_fields]


def check_ranges(package):
    """Every held-out row must be a legal request."""
    for tensor in package.manifest['signature']['inputs']:
        array = package.inputs[tensor['name']]
        for i, column in enumerate(tensor.get('columns', [tensor])):
            values = array[:, i] if 'columns' in tensor else array
            low, high = column.get('range', [None, None])
            legal = (
                set(values.ravel()) <= set(column['categories'])
                if low is None
                else ((values >= low) & (values <= high)).all()
            )
            if not legal:
                raise AssertionError(f'{column["name"]}: held-out rows leave the allowed values')


def build_all():
    """All families, one thread: sums in another order would change the last bits."""
    with threadpool_limits(1):
        families = [module.build() for module in FAMILIES]
    for package in (package for family in families for package in family.packages):
        check_ranges(package)
        missed = missed_targets(package.manifest['metrics'])
        if missed:
            name = f'{package.manifest["name"]}/{package.manifest["version"]}'
            raise SystemExit(f'{name} misses its targets: {missed}')
    return families


def table(families):
    """The measured numbers as the Markdown table of README.md."""
    lines = ['| Model | Metric | Held-out value | Target | Rows |', '|---|---|---|---|---|']
    for package in (package for family in families for package in family.packages):
        manifest = package.manifest
        for entry in manifest['metrics']:
            lines.append(
                f'| {manifest["name"]}/{manifest["version"]} | {entry["name"]} | {entry["value"]} '
                f'| {entry.get("target", "")} | {entry["rows"]} |'
            )
    return '\n'.join(lines)


def differences(families, directory):
    """Package files that differ from those just written to `directory`, or have no counterpart."""
    found = []
    for family in families:
        roots = [directory / family.name, MODELS / family.name]
        names = {path.relative_to(root) for root in roots for path in root.rglob('*') if path.is_file()}
        for name in sorted(names):
            fresh, committed = (root / name for root in roots)
            if not (fresh.exists() and committed.exists() and fresh.read_bytes() == committed.read_bytes()):
                found.append(f'{family.name}/{name}')
    if table(families) not in (MODELS / 'README.md').read_text():
        found.append('README.md (table of metrics)')
    return found


def check(families):
    with tempfile.TemporaryDirectory() as scratch:
        for family in families:
            write_family(family, Path(scratch))
        found = differences(families, Path(scratch))
    for name in found:
        print(f'differs: {name}', file=sys.stderr)
    return 1 if found else 0


def replace(families):
    for family in families:
        shutil.rmtree(MODELS / family.name, ignore_errors=True)
        write_family(family, MODELS)
    print(table(families))
    return 0


def main():
    parser = argparse.ArgumentParser(description='Trains the example models and writes their packages.')
    parser.add_argument(
        '--check', action='store_true', help='compare with the packages instead of replacing them'
    )
    arguments = parser.parse_args()
    families = build_all()
    return check(families) if arguments.check else replace(families)


if __name__ == '__main__':
    sys.exit(main())
