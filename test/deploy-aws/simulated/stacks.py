"""Stacks: what becomes of one whose update failed, previous parameters, and no resource type that is passed over."""

import moto.cloudformation.parsing as parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, Event, Stack

from .common import extend
from .stack_updates import UpdateFailed

# Says something about the template and has no resource.
NO_RESOURCE = {"AWS::CDK::Metadata"}

_class_of_type = parsing.resource_class_from_type
_update_stack = Stack.update
_resolve_parameters = CloudFormationBackend._resolve_update_parameters


def class_of_type(resource_type):
    found = _class_of_type(resource_type)
    if found is None and resource_type not in NO_RESOURCE:
        raise ValidationError(
            message=f"{resource_type} is not simulated: neither moto nor test/deploy-aws/simulated knows it"
        )
    return found


def update_stack(self, template, role_arn=None, parameters=None, tags=None):
    before = self.template
    try:
        _update_stack(self, template, role_arn, parameters, tags)
    except UpdateFailed as failed:
        self.template = before
        self._parse_template()
        self.events.append(failed_event(self, failed))
        self._add_stack_event(
            "UPDATE_ROLLBACK_IN_PROGRESS", f"The following resource(s) failed: [{failed.logical_id}]."
        )
        self._add_stack_event("UPDATE_ROLLBACK_COMPLETE")
        self.status = "UPDATE_ROLLBACK_COMPLETE"


def resolve_parameters(self, instance, incoming_params):
    """The previous value of a parameter that was never given is its default."""
    given = [p for p in incoming_params if "ParameterValue" in p or p["ParameterKey"] in instance.parameters]
    return _resolve_parameters(self, instance, given)


def failed_event(stack, failed):
    status = f"{failed.action}_FAILED"
    return Event(stack.stack_id, stack.name, failed.logical_id, "", failed.resource_type, status, str(failed), None)


parsing.resource_class_from_type = class_of_type
extend(Stack, update=update_stack)
extend(CloudFormationBackend, _resolve_update_parameters=resolve_parameters)
