"""What a team writes by hand: pandas reads, ONNX Runtime scores in blocks, pandas writes.

    python batch_pandas.py <model.onnx> <rows.parquet or .csv> <results.parquet>     prints the seconds
"""

import sys
import time

import numpy as np
import onnxruntime as ort
import pandas as pd

BLOCK = 2048


def main():
    model, source, target = sys.argv[1:]
    options = ort.SessionOptions()
    options.inter_op_num_threads = 1
    session = ort.InferenceSession(model, options, providers=['CPUExecutionProvider'])
    name = session.get_inputs()[0].name
    start = time.perf_counter()
    rows = pd.read_parquet(source) if source.endswith('.parquet') else pd.read_csv(source)
    ids = rows.pop('id')
    features = rows.to_numpy(dtype=np.float32)
    scores = np.concatenate(
        [session.run(None, {name: features[at : at + BLOCK]})[0] for at in range(0, len(features), BLOCK)]
    )
    results = pd.DataFrame({'id': ids, 'score_malignant': scores[:, 0], 'score_benign': scores[:, 1]})
    results['label'] = np.where(scores[:, 0] >= 0.5, 'malignant', 'benign')
    results.to_parquet(target)
    print(time.perf_counter() - start)


main()
