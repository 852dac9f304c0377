"""KServe's REST client: JSON and raw bytes, readiness, errors."""

import asyncio
import sys

import httpx
import numpy as np
from kserve import InferInput, InferRequest, InferenceRESTClient
from kserve.inference_client import RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from samples import DTYPES, samples
from values import VALUES, same

MODELS = ["breast-cancer", "digits", "diabetes"]


def request(model, inputs, binary, outputs=None):
    made = []
    for name, (array, dtype) in inputs.items():
        tensor = InferInput(name=name, shape=list(array.shape), datatype=dtype)
        tensor.set_data_from_numpy(array, binary_data=binary)
        made.append(tensor)
    parameters = {"binary_data_output": binary}
    wanted = None if outputs is None else [RequestedOutput(name, {"binary_data": binary}) for name in outputs]
    return InferRequest(model, made, request_id="k1", parameters=parameters, request_outputs=wanted)


async def check_infer(client, base):
    count = 0
    for model in MODELS:
        version = "2" if model == "breast-cancer" else "1"
        for inputs, outputs in samples(model, version):
            typed = {name: (array, DTYPES[name]) for name, array in inputs.items()}
            for binary in [False, True]:
                for wanted in [None, outputs]:
                    response = await client.infer(base, request(model, typed, binary, wanted), model_name=model)
                    assert response.id == "k1" and response.model_name == model
                    for output in response.outputs:
                        if output.name in outputs:
                            expected = outputs[output.name]
                            np.testing.assert_allclose(output.as_numpy(), expected, rtol=1e-3, atol=1e-4)
            count += 1
    return count


async def check_dtypes(client, base):
    for dtype, array in VALUES.items():
        for binary in [False, True]:
            if dtype == "FP16" and not binary:
                continue  # This client does not send it in JSON.
            asked = request(dtype.lower(), {"value": (array, dtype)}, binary)
            response = await client.infer(base, asked, model_name=dtype.lower())
            same(dtype, response.outputs[0].as_numpy(), array)


async def main():
    base = f"http://127.0.0.1:{sys.argv[1]}"
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))
    assert await client.is_server_live(base) and await client.is_server_ready(base)
    assert await client.is_model_ready(base, "digits")
    assert not await client.is_model_ready(base, "digit")
    count = await check_infer(client, base)
    await check_dtypes(client, base)
    inputs, _ = next(samples("digits", "1"))
    typed = {name: (array, DTYPES[name]) for name, array in inputs.items()}
    try:
        await client.infer(base, request("digit", typed, False), model_name="digit")
        raise AssertionError("an unknown model was answered")
    except httpx.HTTPStatusError as error:
        assert error.response.status_code == 404 and error.response.json()["code"] == "MODEL_NOT_FOUND"
    await client.close()
    print(f"kserve: {count} golden samples and {len(VALUES)} dtypes in JSON and raw bytes, readiness, errors")


asyncio.run(main())
