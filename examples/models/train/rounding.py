"""Numbers as they are written: short, exact where it matters, the same on every run."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import numpy as np

MODES = {'down': ROUND_FLOOR, 'up': ROUND_CEILING, 'nearest': ROUND_HALF_EVEN}


def significant(value, digits, mode='nearest'):
    """`value` at so many significant digits; whole results are returned as int."""
    exact = Decimal(float(value))
    if exact == 0:
        return 0
    quantum = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    rounded = exact.quantize(quantum, rounding=MODES[mode])
    return int(rounded) if rounded == int(rounded) else float(rounded)


def plain(array):
    """An array as nested lists; float32 in its shortest decimal form, which reads back the same."""
    if array.dtype == np.float32:
        return shorten(array.astype(str).astype(object).tolist())
    return array.tolist()


def shorten(texts):
    if isinstance(texts, list):
        return [shorten(text) for text in texts]
    number = float(texts)
    return int(number) if number.is_integer() else number
