"""What the parts share."""

from functools import lru_cache

from botocore.session import get_session
from botocore.validate import validate_parameters
from moto.core.utils import pascal_to_camelcase, remap_nested_keys


@lru_cache
def _service_model(service):
    return get_session().get_service_model(service)


def checked(service, operation, **parameters):
    """Parameters of an API call, refused as the SDK would: unknown and missing ones, and wrong types."""
    validate_parameters(parameters, _service_model(service).operation_model(operation).input_shape)
    return parameters


def camel(value):
    """`{"TargetValue": 60}` as ECS and Application Auto Scaling write it: `{"targetValue": 60}`."""
    return remap_nested_keys(value, pascal_to_camelcase)


def extend(model, **methods):
    """Gives one of moto's models other methods."""
    for name, method in methods.items():
        setattr(model, name, method)
