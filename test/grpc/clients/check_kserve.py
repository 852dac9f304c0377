"""KServe's gRPC client: typed contents and raw bytes, readiness, errors."""

import asyncio
import sys

import grpc
import numpy as np
from kserve import InferInput, InferRequest, InferenceGRPCClient

from samples import DTYPES, samples

MODELS = [("breast-cancer", "1"), ("digits", "1"), ("diabetes", "1")]


def request(model, version, inputs, raw):
    made = []
    for name, array in inputs.items():
        tensor = InferInput(name=name, shape=list(array.shape), datatype=DTYPES[name])
        if raw:
            tensor.set_data_from_numpy(array, binary_data=True)
        else:
            tensor.data = array.flatten().tolist()
        made.append(tensor)
    return InferRequest(model_name=model, model_version=version, infer_inputs=made, request_id="k1")


async def check_infer(client):
    count = 0
    for model, version in MODELS:
        for inputs, outputs in samples(model, version):
            for raw in [False, True]:
                response = await client.infer(request(model, version, inputs, raw))
                assert response.id == "k1" and response.model_name == model
                for output in response.outputs:
                    np.testing.assert_allclose(output.as_numpy(), outputs[output.name], rtol=1e-3, atol=1e-4)
            count += 1
    return count


async def main():
    client = InferenceGRPCClient(f"127.0.0.1:{sys.argv[1]}")
    assert await client.is_server_live() and await client.is_server_ready()
    assert await client.is_model_ready("digits")
    count = await check_infer(client)
    inputs, _ = next(samples("digits", "1"))
    try:
        await client.infer(request("digit", "1", inputs, False))
        raise AssertionError("an unknown model was answered")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND
        assert dict(error.trailing_metadata())["inferstack-code"] == "MODEL_NOT_FOUND"
    await client.close()
    print(f"kserve: {count} golden samples as typed contents and as raw bytes, readiness, errors")


asyncio.run(main())
