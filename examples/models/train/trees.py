"""Turns scikit-learn's gradient boosting into one TreeEnsembleClassifier node."""

import numpy as np
from onnx import helper


def float32_threshold(threshold):
    """The largest float32 not above a float64 threshold.

    scikit-learn compares float32 features with float64 thresholds. Rounding to the nearest float32 may
    move a threshold up, past a feature value; rounding down keeps `x <= t` the same for every float32 x.
    """
    rounded = np.float32(threshold)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if float(rounded) > threshold else rounded)


def tree_attributes(boosting):
    """The node and leaf tables of all trees; leaves carry learning rate times value."""
    table = {
        key: []
        for key in (
            'nodes_treeids',
            'nodes_nodeids',
            'nodes_featureids',
            'nodes_modes',
            'nodes_values',
            'nodes_truenodeids',
            'nodes_falsenodeids',
            'class_treeids',
            'class_nodeids',
            'class_ids',
            'class_weights',
        )
    }
    for tree_id, estimator in enumerate(boosting.estimators_[:, 0]):
        tree = estimator.tree_
        for node in range(tree.node_count):
            leaf = tree.children_left[node] == -1
            table['nodes_treeids'].append(tree_id)
            table['nodes_nodeids'].append(node)
            table['nodes_featureids'].append(0 if leaf else int(tree.feature[node]))
            table['nodes_modes'].append('LEAF' if leaf else 'BRANCH_LEQ')
            table['nodes_values'].append(0.0 if leaf else float32_threshold(tree.threshold[node]))
            table['nodes_truenodeids'].append(0 if leaf else int(tree.children_left[node]))
            table['nodes_falsenodeids'].append(0 if leaf else int(tree.children_right[node]))
            if leaf:
                table['class_treeids'].append(tree_id)
                table['class_nodeids'].append(node)
                table['class_ids'].append(0)
                table['class_weights'].append(float(boosting.learning_rate * tree.value[node][0][0]))
    return table


def boosting_node(boosting, prior, source, label, probabilities):
    """A binary classifier node: `label` INT64 [batch], `probabilities` FP32 [batch, 2].

    prior: the share of class 1 among the training rows, where boosting starts from.
    """
    return helper.make_node(
        'TreeEnsembleClassifier',
        [source],
        [label, probabilities],
        domain='ai.onnx.ml',
        classlabels_int64s=[0, 1],
        post_transform='LOGISTIC',
        base_values=[float(np.log(prior / (1 - prior)))],
        **tree_attributes(boosting)
    )
