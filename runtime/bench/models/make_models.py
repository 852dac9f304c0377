"""Makes the benchmark models as model packages: the layers of well-known networks with seeded random weights.

    python make_models.py [directory]     default: generated, beside this file

No training, no download: the time of a run depends on the layers, not on what the weights know.
"""

import sys
from pathlib import Path

import numpy as np

import encoder
import images
from package import write_package

SAMPLES = 3
PIXEL_RANGE = {'input': [-3, 3]}
TOKEN_RANGES = {'input_ids': [0, encoder.VOCABULARY - 1], 'attention_mask': [0, 1]}


def packages():
    """(model, one random row, allowed ranges, description) of each package."""
    yield images.small_cnn(), lambda r: images.pixels(r, 1, 8), PIXEL_RANGE, 'Small CNN on 8x8 pixels, random.'
    yield images.mobilenet(), lambda r: images.pixels(r, 3, 224), PIXEL_RANGE, 'MobileNetV3-small layers, random.'
    yield images.resnet18(), lambda r: images.pixels(r, 3, 224), PIXEL_RANGE, 'ResNet-18 layers, random.'
    yield encoder.bert(), encoder.sentence, TOKEN_RANGES, 'BERT-like encoder, 6 layers of 384, random.'


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / 'generated'
    for model, row, ranges, description in packages():
        random = np.random.default_rng(0)
        directory = target / model.graph.name / '1'
        write_package(directory, model, [row(random) for _ in range(SAMPLES)], ranges, description)
        print(f'{directory}: {(directory / "model.onnx").stat().st_size / 1e6:.1f} MB')


if __name__ == '__main__':
    main()
