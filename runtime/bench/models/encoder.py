"""A text encoder of the size of MiniLM: 6 layers, hidden size 384, 12 heads, 128 tokens."""

import numpy as np

from graph import Graph

VOCABULARY = 30522
TOKENS = 128
HIDDEN = 384
HEADS = 12
INNER = 1536
LAYERS = 6
HEAD_SIZE = HIDDEN // HEADS
LABELS = 2


def bert():
    g = Graph(seed=4)
    embeddings = g.add('Gather', g.weight(VOCABULARY, HIDDEN, gain=1.0, fan_in=1), 'input_ids')
    x = normalize(g, g.add('Add', embeddings, g.weight(TOKENS, HIDDEN, gain=0.04, fan_in=1)))
    mask = attention_bias(g)
    for _ in range(LAYERS):
        x = normalize(g, g.add('Add', x, attention(g, x, mask)))
        x = normalize(g, g.add('Add', x, feed_forward(g, x)))
    first = g.add('Gather', x, g.constant(np.array(0, dtype=np.int64)), axis=1)
    g.linear(first, HIDDEN, LABELS, output='logits')
    inputs = [(name, 'INT64', ['batch', TOKENS]) for name in ('input_ids', 'attention_mask')]
    return g.model('bert', inputs, [('logits', 'FP32', ['batch', LABELS])])


def attention_bias(g):
    """0 where a token counts and -10000 where it is padding, as [batch, 1, 1, tokens]."""
    mask = g.add('Unsqueeze', 'attention_mask', g.constant(np.array([1, 2], dtype=np.int64)))
    kept = g.add('Cast', mask, to=1)
    return g.add('Mul', g.add('Sub', scalar(g, 1), kept), scalar(g, -1e4))


def attention(g, x, mask):
    query, key, value = (split_heads(g, g.linear(x, HIDDEN, HIDDEN)) for _ in range(3))
    scores = g.add('MatMul', query, g.add('Transpose', key, perm=[0, 1, 3, 2]))
    scores = g.add('Div', scores, scalar(g, HEAD_SIZE**0.5))
    weights = g.add('Softmax', g.add('Add', scores, mask), axis=-1)
    joined = g.add('Transpose', g.add('MatMul', weights, value), perm=[0, 2, 1, 3])
    shape = g.constant(np.array([0, 0, HIDDEN], dtype=np.int64))
    return g.linear(g.add('Reshape', joined, shape), HIDDEN, HIDDEN)


def split_heads(g, x):
    shape = g.constant(np.array([0, 0, HEADS, HEAD_SIZE], dtype=np.int64))
    return g.add('Transpose', g.add('Reshape', x, shape), perm=[0, 2, 1, 3])


def feed_forward(g, x):
    y = g.linear(x, HIDDEN, INNER)
    erf = g.add('Erf', g.add('Div', y, scalar(g, 2**0.5)))
    gelu = g.add('Mul', g.add('Mul', y, g.add('Add', erf, scalar(g, 1))), scalar(g, 0.5))
    return g.linear(gelu, INNER, HIDDEN)


def normalize(g, x):
    scale = g.constant(np.ones(HIDDEN, dtype=np.float32))
    return g.add('LayerNormalization', x, scale, g.bias(HIDDEN), axis=-1, epsilon=1e-12)


def scalar(g, value):
    return g.constant(np.array(value, dtype=np.float32))


def sentence(random):
    """Random token ids; the last tokens are padding."""
    length = int(random.integers(TOKENS // 2, TOKENS + 1))
    mask = (np.arange(TOKENS) < length).astype(np.int64)[None]
    return {'input_ids': random.integers(1, VOCABULARY, (1, TOKENS)) * mask, 'attention_mask': mask}
