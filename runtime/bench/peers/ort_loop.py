"""ONNX Runtime in a Python loop without any server: the ceiling of the Python peers.

    python ort_loop.py <seconds> <batch>     request tensors as JSON on standard input; prints {"runs", "seconds"}
"""

import json
import sys
import time

import numpy as np

from onnx_model import NUMPY_DTYPES, open_session


def main():
    seconds, batch = float(sys.argv[1]), int(sys.argv[2])
    session = open_session()
    names = [output.name for output in session.get_outputs()]
    feeds = {}
    for tensor in json.load(sys.stdin)['inputs']:
        row = np.array(tensor['data'], dtype=NUMPY_DTYPES[tensor['datatype']]).reshape(tensor['shape'])
        feeds[tensor['name']] = np.repeat(row, batch, axis=0)
    measure(session, names, feeds, seconds / 4)
    runs, elapsed = measure(session, names, feeds, seconds)
    print(json.dumps({'runs': runs, 'seconds': elapsed}))


def measure(session, names, feeds, seconds):
    """Runs and seconds; the clock is read after every run, which costs far below a microsecond."""
    runs, start = 0, time.perf_counter()
    deadline = start + seconds
    now = start
    while now < deadline:
        session.run(names, feeds)
        runs += 1
        now = time.perf_counter()
    return runs, now - start


if __name__ == '__main__':
    main()
