"""Everything tritonclient's HTTP client does with a server of this protocol."""

import http.client
import sys

import ml_dtypes
import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from samples import DTYPES, samples
from values import VALUES, same

MODELS = [("breast-cancer", "1"), ("breast-cancer", "2"), ("digits", "1"), ("diabetes", "1")]


def tensors(inputs, binary=True):
    made = []
    for name, array in inputs.items():
        tensor = triton.InferInput(name, list(array.shape), DTYPES[name])
        tensor.set_data_from_numpy(array, binary_data=binary)
        made.append(tensor)
    return made


def value(dtype, array, binary=True):
    tensor = triton.InferInput("value", list(array.shape), dtype)
    return [tensor.set_data_from_numpy(array, binary_data=binary)]


def check_infer(client):
    count = 0
    for model, version in MODELS:
        for inputs, outputs in samples(model, version):
            for binary in [True, False]:
                wanted = [triton.InferRequestedOutput(name, binary_data=binary) for name in outputs]
                for requested in [wanted, None]:
                    result = client.infer(model, tensors(inputs, binary), version, requested, request_id=f"r{count}")
                    assert result.get_response()["id"] == f"r{count}"
                    assert result.get_response()["model_version"] == version
                    for name, expected in outputs.items():
                        np.testing.assert_allclose(result.as_numpy(name), expected, rtol=1e-3, atol=1e-4)
            count += 1
    return count


def check_dtypes(client):
    for dtype, array in VALUES.items():
        for binary_in in [True, False]:
            for binary_out in [True, False]:
                wanted = [triton.InferRequestedOutput("value-out", binary_data=binary_out)]
                result = client.infer(dtype.lower(), value(dtype, array, binary_in), outputs=wanted)
                assert ("data" in result.get_output("value-out")) != binary_out
                same(dtype, result.as_numpy("value-out"), array)


def check_metadata(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("digits") and client.is_model_ready("breast-cancer", "2")
    assert not client.is_model_ready("digit")
    server = client.get_server_metadata()
    assert server["name"] == "inferstack" and "binary_tensor_data" in server["extensions"]
    metadata = client.get_model_metadata("digits", "1")
    assert metadata["inputs"][0]["shape"] == [-1, 1, 8, 8] and metadata["inputs"][0]["datatype"] == "FP32"
    assert metadata["versions"] == ["1"] and metadata["platform"] == "onnx_onnxv1"
    if "model_repository" in server["extensions"]:
        index = {(m["name"], m["version"]): m["state"] for m in client.get_model_repository_index()}
        assert all(index[model] == "READY" for model in MODELS)


def check_async(client):
    inputs, outputs = next(samples("digits", "1"))
    requests = [client.async_infer("digits", tensors(inputs)) for _ in range(20)]
    for request in requests:
        np.testing.assert_allclose(request.get_result().as_numpy("probabilities"), outputs["probabilities"], atol=1e-4)


def check_compression(client):
    array = np.tile(VALUES["FP32"], (20_000, 1))
    for request in [None, "gzip", "deflate"]:
        for response in [None, "gzip", "deflate"]:
            for binary in [True, False]:
                result = client.infer(
                    "fp32",
                    value("FP32", array, binary),
                    outputs=[triton.InferRequestedOutput("value-out", binary_data=binary)],
                    request_compression_algorithm=request,
                    response_compression_algorithm=response,
                )
                same("FP32", result.as_numpy("value-out"), array)


def check_bodies(port):
    """Bodies made and read by the client, carried by somebody else; and one that is nothing but raw bytes."""
    inputs, outputs = next(samples("digits", "1"))
    body, json_size = triton.InferenceServerClient.generate_request_body(tensors(inputs))
    raw = next(iter(inputs.values())).tobytes()
    for bytes_, size in [(body, json_size), (raw, 0)]:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Inference-Header-Content-Length": str(size), "Content-Type": "application/octet-stream"}
        connection.request("POST", "/v2/models/digits/infer", bytes_, headers)
        response = connection.getresponse()
        length = int(response.getheader("Inference-Header-Content-Length"))
        assert response.status == 200 and length % 8 == 0
        result = triton.InferenceServerClient.parse_response_body(response.read(), header_length=length)
        np.testing.assert_allclose(result.as_numpy("probabilities"), outputs["probabilities"], atol=1e-4)
        connection.close()


def refused(status, text, call):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == str(status), error
        assert text in error.message(), error
        return
    raise AssertionError(f"{text} was not raised")


def check_errors(client):
    inputs, _ = next(samples("digits", "1"))
    wrong = triton.InferInput("image", [1, 64], "FP32")
    wrong.set_data_from_numpy(np.zeros((1, 64), np.float32))
    refused(404, "No model", lambda: client.infer("digit", tensors(inputs)))
    refused(404, "not served in version", lambda: client.infer("digits", tensors(inputs), "7"))
    refused(422, "inputs.image", lambda: client.infer("digits", [wrong]))
    refused(422, "another dtype", lambda: client.infer("fp32", value("BF16", np.zeros((1, 2), ml_dtypes.bfloat16))))
    refused(422, "element 0", lambda: client.infer("bytes", value("BYTES", np.array([[b"\xff", b""]], np.object_))))
    refused(400, "NaN", lambda: client.infer("fp32", value("FP32", np.array([[np.nan, 1]], np.float32), False)))
    refused(422, "FP32 number", lambda: client.infer("fp32", value("FP32", np.array([[np.nan, 1]], np.float32))))
    refused(400, "classification", lambda: client.infer(
        "digits", tensors(inputs), outputs=[triton.InferRequestedOutput("probabilities", class_count=3)]))
    shared = triton.InferInput("image", [1, 1, 8, 8], "FP32")
    shared.set_shared_memory("region", 256)
    refused(400, "shared_memory_region", lambda: client.infer("digits", [shared]))
    refused(400, "sequence_id", lambda: client.infer("digits", tensors(inputs), sequence_id=1))


def main():
    port = int(sys.argv[1])
    with triton.InferenceServerClient(f"127.0.0.1:{port}", concurrency=8) as client:
        count = check_infer(client)
        check_dtypes(client)
        check_metadata(client)
        check_async(client)
        check_compression(client)
        check_bodies(port)
        check_errors(client)
    print(f"tritonclient: {count} golden samples and {len(VALUES)} dtypes in JSON and raw bytes, metadata, async, "
          "compression, bodies, errors")


main()
