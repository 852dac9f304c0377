"""KServe's REST client with version 1 of the protocol: liveness, readiness, rows, errors."""

import asyncio
import sys

import httpx
from kserve import InferenceRESTClient
from kserve.inference_client import RESTConfig

from diabetes import close, expected, named, row, samples


async def main():
    base = f"http://127.0.0.1:{sys.argv[1]}"
    client = InferenceRESTClient(RESTConfig(protocol="v1", retries=0))
    assert await client.is_server_live(base)
    assert await client.is_model_ready(base, "diabetes")
    cases = samples()
    for instances in [[named(sample) for sample in cases], [row(sample) for sample in cases]]:
        answer = await client.infer(base, {"instances": instances}, model_name="diabetes")
        for prediction, sample in zip(answer["predictions"], cases, strict=True):
            close(prediction[0], expected(sample))
    for model, instances, status in [("absent", [row(cases[0])], 404), ("diabetes", [{"aeg": 1}], 400)]:
        try:
            await client.infer(base, {"instances": instances}, model_name=model)
            raise AssertionError("no error")
        except httpx.HTTPStatusError as error:
            assert error.response.status_code == status and "error" in error.response.json()
    await client.close()
    print(f"kserve v1: {2 * len(cases)} predictions, 2 probes, 2 errors")


asyncio.run(main())
