"""Builds ONNX graphs with seeded random weights, node by node, without a training library."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

OPSET = 17
IR_VERSION = 9
ELEMENT_TYPES = {'FP32': TensorProto.FLOAT, 'INT64': TensorProto.INT64}


class Graph:
    """Nodes and weights in the order they are added. Every method returns the name of the tensor it makes."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes = []
        self.weights = []

    def constant(self, values):
        name = f'w{len(self.weights)}'
        self.weights.append(numpy_helper.from_array(np.asarray(values, order='C'), name))
        return name

    def weight(self, *shape, gain, fan_in):
        """Normal weights of variance gain / fan_in: activations keep their scale through the layers."""
        values = self.random.standard_normal(shape, dtype=np.float32) * np.float32(np.sqrt(gain / fan_in))
        return self.constant(values)

    def bias(self, size):
        return self.constant(self.random.standard_normal(size, dtype=np.float32) * np.float32(0.01))

    def add(self, operator, *inputs, output=None, **attributes):
        name = output or f't{len(self.nodes)}'
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def convolution(self, x, channels, to, kernel, stride=1, groups=1, gain=2.0):
        """A convolution with bias, as exporters leave it once batch normalization is folded in."""
        fan_in = channels // groups * kernel * kernel
        weight = self.weight(to, channels // groups, kernel, kernel, gain=gain, fan_in=fan_in)
        pad = kernel // 2
        return self.add(
            'Conv',
            x,
            weight,
            self.bias(to),
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[pad, pad, pad, pad],
            group=groups,
        )

    def linear(self, x, size, to, gain=1.0, output=None):
        """x times weights plus bias over the last dimension, for any rank."""
        product = self.add('MatMul', x, self.weight(size, to, gain=gain, fan_in=size))
        return self.add('Add', product, self.bias(to), output=output)

    def model(self, name, inputs, outputs):
        """The checked model. `inputs` and `outputs`: rows of (name, dtype, shape)."""
        infos = [
            [helper.make_tensor_value_info(tensor, ELEMENT_TYPES[dtype], shape) for tensor, dtype, shape in side]
            for side in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, name, infos[0], infos[1], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = 'inferstack-bench'
        checker.check_model(model)
        return model
