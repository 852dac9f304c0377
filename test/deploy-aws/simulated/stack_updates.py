"""How CloudFormation updates, takes back and deletes the resources of a stack."""

import copy

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import ResourceMap, clean_json, parse_and_update_resource

from .common import extend
from .dependencies import in_order


class UpdateFailed(Exception):
    def __init__(self, logical_id, resource_type, action, cause):
        super().__init__(str(cause))
        self.logical_id, self.resource_type, self.action = logical_id, resource_type, action


class StackUpdate:
    """One update of the resources of a stack. moto's names: parsed resources exist, the JSON map is their template."""

    def __init__(self, resources, template, parameters):
        self.resources, self.new = resources, template
        self.old, self.old_parameters = resources._template, resources.input_parameters
        self.new_parameters = parameters or self.old_parameters
        # A stack that is created by change set has no template yet.
        existing = [name for name in self.old.get("Resources", {}) if name in resources._parsed_resources]
        self.before = {name: self._properties(name, self.old) for name in existing}
        self.created, self.replaced, self.changed = [], {}, []

    def run(self):
        self._use(self.new, self.new_parameters)
        for name in in_order(self.new["Resources"]):
            action = "UPDATE" if name in self.before else "CREATE"
            try:
                self._update(name) if action == "UPDATE" else self._create(name)
            except Exception as cause:
                self._take_back()
                raise UpdateFailed(name, self.new["Resources"][name]["Type"], action, cause) from cause
        self._clean_up()

    def _create(self, name):
        if self.resources[name] is not None:
            self.created.append(name)

    def _update(self, name):
        if self._properties(name, self.new) == self.before[name]:
            return
        original = self.resources[name]
        self.changed.append(name)
        updated = self._apply(name, self.new)
        if updated is original:
            return
        if not getattr(updated, "replaced_by_update", False):
            raise ValidationError(message=f"{name}: a replacement of {type(updated).__name__} is not simulated")
        self.replaced[name] = original
        self.resources._parsed_resources[name] = updated

    def _take_back(self):
        """First everything refers to what was there before, then what is new goes."""
        new = {name: self.resources[name] for name in [*self.created, *self.replaced]}
        for name in self.created:
            del self.resources._parsed_resources[name]
        self.resources._parsed_resources.update(self.replaced)
        self._use(self.old, self.old_parameters)
        for name in self.changed:
            if name not in self.replaced:
                self._apply(name, self.old)
        for name in reversed(in_order(self.new["Resources"])):
            if name in new:
                delete(self.resources, new[name], self.new["Resources"][name])

    def _clean_up(self):
        old = self.old.get("Resources", {})
        for name in reversed(in_order(old)):
            gone = name in self.before and name not in self.new["Resources"]
            if gone and old[name].get("DeletionPolicy") != "Retain":
                delete(self.resources, self.resources._parsed_resources.pop(name), old[name])
            if name in self.replaced and old[name].get("UpdateReplacePolicy") != "Retain":
                delete(self.resources, self.replaced[name], old[name])

    def _use(self, template, parameters):
        self.resources._template = template
        self.resources._resource_json_map = template.get("Resources", {})
        self.resources.input_parameters = parameters
        self.resources.load()

    def _properties(self, name, template):
        return clean_json(copy.deepcopy(template["Resources"][name].get("Properties", {})), self.resources)

    def _apply(self, name, template):
        resource_json = copy.deepcopy(template["Resources"][name])
        account, region = self.resources._account_id, self.resources._region_name
        return parse_and_update_resource(name, resource_json, self.resources, account, region)


def delete(resources, resource, resource_json):
    account, region = resources._account_id, resources._region_name
    by_name = type(resource).delete_from_cloudformation_json
    if hasattr(resource, "delete"):
        resource.delete(account, region)
    elif not hasattr(by_name, "__isabstractmethod__"):
        by_name(resource.physical_resource_id, resource_json, account, region)
    else:
        raise ValidationError(message=f"deleting {resource_json['Type']} is not simulated")


def delete_all(self):
    for name in reversed(in_order(self._resource_json_map)):
        if name in self._parsed_resources and self._resource_json_map[name].get("DeletionPolicy") != "Retain":
            delete(self, self._parsed_resources.pop(name), self._resource_json_map[name])


extend(
    ResourceMap,
    update=lambda self, template, parameters=None: StackUpdate(self, template, parameters).run(),
    delete=delete_all,
)
