"""Builds and runs ONNX graphs: one opset, one IR version, the batch dimension always named `batch`."""

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

OPSET = 17
ML_OPSET = 3
IR_VERSION = 9
DTYPES = {'FP32': TensorProto.FLOAT, 'INT64': TensorProto.INT64, 'BYTES': TensorProto.STRING}


def value_info(tensor):
    """One tensor of the manifest's signature (name, dtype, shape) as an ONNX value."""
    return helper.make_tensor_value_info(tensor['name'], DTYPES[tensor['dtype']], tensor['shape'])


def build_model(manifest, dataset, nodes, constants):
    """A checked model whose inputs and outputs are those of the manifest, so the two cannot differ."""
    signature = manifest['signature']
    graph = helper.make_graph(
        nodes,
        manifest['name'],
        [value_info(tensor) for tensor in signature['inputs']],
        [value_info(tensor) for tensor in signature['outputs']],
        [onnx.numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()],
    )
    opsets = [helper.make_opsetid('', OPSET)]
    if any(node.domain == 'ai.onnx.ml' for node in nodes):
        opsets.append(helper.make_opsetid('ai.onnx.ml', ML_OPSET))
    model = helper.make_model(graph, opset_imports=opsets, producer_name='inferstack-examples')
    model.ir_version = IR_VERSION
    helper.set_model_props(
        model, {'model': manifest['name'], 'version': manifest['version'], 'dataset': dataset}
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def to_bytes(model):
    """The model as it is written to disk; the same model always gives the same bytes."""
    return model.SerializeToString(deterministic=True)


class Runner:
    """Runs the bytes that will be committed, on one thread."""

    def __init__(self, model_bytes):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = ort.InferenceSession(model_bytes, options, providers=['CPUExecutionProvider'])

    def run(self, inputs):
        """Graph input name -> array in, graph output name -> array out."""
        names = [output.name for output in self.session.get_outputs()]
        return dict(zip(names, self.session.run(names, inputs)))
