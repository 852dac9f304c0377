"""Image models: the layers of MobileNetV3-small and ResNet-18, and a small network on 8x8 pixels."""

import numpy as np

from graph import Graph

# Kernel, channels inside, channels out, squeeze-and-excitation, activation, stride.
# Source: Howard et al., Searching for MobileNetV3 (2019), table 2.
MOBILENET_BLOCKS = [
    (3, 16, 16, True, 'Relu', 2),
    (3, 72, 24, False, 'Relu', 2),
    (3, 88, 24, False, 'Relu', 1),
    (5, 96, 40, True, 'HardSwish', 2),
    (5, 240, 40, True, 'HardSwish', 1),
    (5, 240, 40, True, 'HardSwish', 1),
    (5, 120, 48, True, 'HardSwish', 1),
    (5, 144, 48, True, 'HardSwish', 1),
    (5, 288, 96, True, 'HardSwish', 2),
    (5, 576, 96, True, 'HardSwish', 1),
    (5, 576, 96, True, 'HardSwish', 1),
]
# Channels and stride of the first block of each of the four stages of two blocks.
# Source: He et al., Deep Residual Learning for Image Recognition (2015), table 1.
RESNET_STAGES = [(64, 1), (128, 2), (256, 2), (512, 2)]
CLASSES = 1000
HARD_SWISH_GAIN = 2.6


def mobilenet():
    g = Graph(seed=1)
    x = g.add('HardSwish', g.convolution('input', 3, 16, 3, stride=2, gain=HARD_SWISH_GAIN))
    channels = 16
    for kernel, inside, to, excite, activation, stride in MOBILENET_BLOCKS:
        y = x
        gain = HARD_SWISH_GAIN if activation == 'HardSwish' else 2.0
        if inside != channels:
            y = g.add(activation, g.convolution(y, channels, inside, 1, gain=gain))
        y = g.add(activation, g.convolution(y, inside, inside, kernel, stride, groups=inside, gain=gain))
        if excite:
            y = squeeze_and_excite(g, y, inside)
        # Excitation halves the scale, so the projection after it doubles the variance.
        y = g.convolution(y, inside, to, 1, gain=2.0 if excite else 1.0)
        x = g.add('Add', x, y) if stride == 1 and to == channels else y
        channels = to
    x = g.add('HardSwish', g.convolution(x, channels, 576, 1, gain=HARD_SWISH_GAIN))
    x = g.add('Flatten', g.add('GlobalAveragePool', x))
    x = g.add('HardSwish', g.linear(x, 576, 1024, gain=HARD_SWISH_GAIN))
    g.linear(x, 1024, CLASSES, gain=2.0, output='logits')
    return g.model('mobilenet', [image(3, 224)], [('logits', 'FP32', ['batch', CLASSES])])


def squeeze_and_excite(g, x, channels):
    squeezed = max(8, round(channels / 4 / 8) * 8)
    scale = g.add('GlobalAveragePool', x)
    scale = g.add('Relu', g.convolution(scale, channels, squeezed, 1))
    scale = g.convolution(scale, squeezed, channels, 1, gain=1.0)
    return g.add('Mul', x, g.add('HardSigmoid', scale, alpha=1 / 6, beta=0.5))


def resnet18():
    g = Graph(seed=2)
    x = g.add('Relu', g.convolution('input', 3, 64, 7, stride=2))
    x = g.add('MaxPool', x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 64
    for to, first_stride in RESNET_STAGES:
        for stride in (first_stride, 1):
            y = g.add('Relu', g.convolution(x, channels, to, 3, stride))
            # A quarter of the usual gain: eight residual sums would otherwise grow without bound.
            y = g.convolution(y, to, to, 3, gain=0.5)
            shortcut = x if channels == to else g.convolution(x, channels, to, 1, stride, gain=1.0)
            x = g.add('Relu', g.add('Add', y, shortcut))
            channels = to
    x = g.add('Flatten', g.add('GlobalAveragePool', x))
    g.linear(x, 512, CLASSES, output='logits')
    return g.model('resnet18', [image(3, 224)], [('logits', 'FP32', ['batch', CLASSES])])


def small_cnn():
    g = Graph(seed=3)
    x = g.add('Relu', g.convolution('input', 1, 32, 3))
    x = g.add('Relu', g.convolution(x, 32, 64, 3))
    x = g.add('Flatten', g.add('MaxPool', x, kernel_shape=[2, 2], strides=[2, 2]))
    x = g.add('Relu', g.linear(x, 1024, 128, gain=2.0))
    g.add('Softmax', g.linear(x, 128, 10), output='probabilities', axis=1)
    return g.model('small-cnn', [image(1, 8)], [('probabilities', 'FP32', ['batch', 10])])


def image(channels, side):
    return ('input', 'FP32', ['batch', channels, side, side])


def pixels(random, channels, side):
    """One normalized image with the six decimals a careful client sends."""
    values = random.standard_normal((1, channels, side, side)).clip(-3, 3)
    return {'input': values.round(6).astype(np.float32)}
