"""Everything tritonclient's gRPC client does with a server of this protocol."""

import queue
import sys

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from samples import DTYPES, samples

MODELS = [("breast-cancer", "1"), ("breast-cancer", "2"), ("digits", "1"), ("diabetes", "1")]


def tensors(inputs):
    made = []
    for name, array in inputs.items():
        tensor = triton.InferInput(name, list(array.shape), DTYPES[name])
        tensor.set_data_from_numpy(array)
        made.append(tensor)
    return made


def check_infer(client):
    count = 0
    for model, version in MODELS:
        for inputs, outputs in samples(model, version):
            wanted = [triton.InferRequestedOutput(name) for name in outputs]
            result = client.infer(model, tensors(inputs), version, wanted, request_id=f"r{count}", client_timeout=30)
            assert result.get_response().id == f"r{count}"
            for name, expected in outputs.items():
                np.testing.assert_allclose(result.as_numpy(name), expected, rtol=1e-3, atol=1e-4)
            count += 1
    return count


def check_metadata(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("digits") and client.is_model_ready("breast-cancer", "2")
    server = client.get_server_metadata()
    assert server.name == "inferstack" and "binary_tensor_data" in server.extensions
    metadata = client.get_model_metadata("digits", "1")
    assert list(metadata.inputs[0].shape) == [-1, 1, 8, 8] and metadata.inputs[0].datatype == "FP32"
    index = {(m.name, m.version): m.state for m in client.get_model_repository_index().models}
    assert index == {model: "READY" for model in MODELS}
    statistics = client.get_inference_statistics("digits", "1").model_stats[0]
    assert statistics.inference_count > 0 and statistics.inference_stats.success.count > 0


def check_async(client):
    results = queue.Queue()
    inputs, outputs = next(samples("digits", "1"))
    for _ in range(20):
        client.async_infer("digits", tensors(inputs), lambda result, error: results.put((result, error)))
    for _ in range(20):
        result, error = results.get(timeout=30)
        assert error is None
        np.testing.assert_allclose(result.as_numpy("probabilities"), outputs["probabilities"], atol=1e-4)


def check_stream(client):
    replies = queue.Queue()
    client.start_stream(lambda result, error: replies.put((result, error)))
    inputs, outputs = next(samples("breast-cancer", "1"))
    for i in range(50):
        client.async_stream_infer("breast-cancer" if i != 25 else "none", tensors(inputs), "1", request_id=str(i))
    for i in range(50):
        result, error = replies.get(timeout=30)
        if i == 25:
            assert "MODEL_NOT_FOUND" in str(error)
            continue
        assert error is None and result.get_response().id == str(i)
        np.testing.assert_allclose(result.as_numpy("probabilities"), outputs["probabilities"], atol=1e-4)
    client.stop_stream()


def check_compression(client):
    inputs, outputs = next(samples("digits", "1"))
    for algorithm in ["gzip", "deflate"]:
        result = client.infer("digits", tensors(inputs), compression_algorithm=algorithm)
        np.testing.assert_allclose(result.as_numpy("probabilities"), outputs["probabilities"], atol=1e-4)


def refused(status, text, call):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == f"StatusCode.{status}", error
        assert text in error.message(), error
        return
    raise AssertionError(f"{text} was not raised")


def check_errors(client):
    inputs, _ = next(samples("digits", "1"))
    wrong = triton.InferInput("image", [1, 64], "FP32")
    wrong.set_data_from_numpy(np.zeros((1, 64), np.float32))
    refused("NOT_FOUND", "MODEL_NOT_FOUND", lambda: client.infer("digit", tensors(inputs)))
    refused("NOT_FOUND", "MODEL_VERSION_NOT_FOUND", lambda: client.infer("digits", tensors(inputs), "7"))
    refused("INVALID_ARGUMENT", "INPUT_INVALID", lambda: client.infer("digits", [wrong]))
    refused("INVALID_ARGUMENT", "classification", lambda: client.infer(
        "digits", tensors(inputs), outputs=[triton.InferRequestedOutput("probabilities", class_count=3)]))
    shared = triton.InferInput("image", [1, 1, 8, 8], "FP32")
    shared.set_shared_memory("region", 256)
    refused("INVALID_ARGUMENT", "shared_memory_region", lambda: client.infer("digits", [shared]))
    refused("UNIMPLEMENTED", "REPOSITORY_CONTROL_OFF", lambda: client.load_model("digits"))
    refused("UNIMPLEMENTED", "REPOSITORY_CONTROL_OFF", lambda: client.unload_model("digits"))


def main():
    with triton.InferenceServerClient(f"127.0.0.1:{sys.argv[1]}") as client:
        count = check_infer(client)
        check_metadata(client)
        check_async(client)
        check_stream(client)
        check_compression(client)
        check_errors(client)
    print(f"tritonclient: {count} golden samples, metadata, async, stream, compression, errors")


main()
