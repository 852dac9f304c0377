"""The model as a custom runtime of MLServer, which speaks the Open Inference Protocol itself."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from onnx_model import open_session


class OnnxModel(MLModel):
    async def load(self) -> bool:
        self.session = open_session()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
        outputs = [
            NumpyCodec.encode_output(meta.name, array)
            for meta, array in zip(self.session.get_outputs(), self.session.run(None, feeds), strict=True)
        ]
        return InferenceResponse(model_name=self.name, outputs=outputs)
