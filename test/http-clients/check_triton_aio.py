"""tritonclient's client for asyncio, which has an HTTP library of its own below it."""

import asyncio
import sys

import numpy as np
import tritonclient.http.aio as triton

from samples import DTYPES, samples
from values import VALUES, same


async def check_dtype(client, dtype, array):
    for binary in [True, False]:
        tensor = triton.InferInput("value", list(array.shape), dtype)
        tensor.set_data_from_numpy(array, binary_data=binary)
        wanted = [triton.InferRequestedOutput("value-out", binary_data=binary)]
        result = await client.infer(dtype.lower(), [tensor], outputs=wanted)
        same(dtype, result.as_numpy("value-out"), array)


async def check_compression(client):
    array = np.tile(VALUES["FP32"], (20_000, 1))
    tensor = triton.InferInput("value", list(array.shape), "FP32")
    tensor.set_data_from_numpy(array)
    for algorithm in ["gzip", "deflate"]:
        result = await client.infer("fp32", [tensor], request_compression_algorithm=algorithm)
        same("FP32", result.as_numpy("value-out"), array)


async def main():
    async with triton.InferenceServerClient(f"127.0.0.1:{sys.argv[1]}") as client:
        assert await client.is_server_live() and await client.is_server_ready()
        assert await client.is_model_ready("digits", "1")
        assert "binary_tensor_data" in (await client.get_server_metadata())["extensions"]
        await asyncio.gather(*(check_dtype(client, *entry) for entry in VALUES.items()))
        await check_compression(client)
        for inputs, outputs in samples("diabetes", "1"):
            made = []
            for name, array in inputs.items():
                made.append(triton.InferInput(name, list(array.shape), DTYPES[name]))
                made[-1].set_data_from_numpy(array)
            result = await client.infer("diabetes", made)
            np.testing.assert_allclose(result.as_numpy("progression"), outputs["progression"], rtol=1e-3)
    print("tritonclient.aio: readiness, metadata, dtypes in JSON and raw bytes, compression")


asyncio.run(main())
