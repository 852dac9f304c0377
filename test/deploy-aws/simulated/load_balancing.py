"""Elastic Load Balancing: attributes of load balancers and target groups, `Fn::GetAtt`, and deletion."""

from moto.elbv2.models import FakeListener, FakeListenerRule, FakeLoadBalancer, FakeTargetGroup, elbv2_backends

from .common import extend

_create_load_balancer = FakeLoadBalancer.create_from_cloudformation_json.__func__
_create_target_group = FakeTargetGroup.create_from_cloudformation_json.__func__
_load_balancer_attribute = FakeLoadBalancer.get_cfn_attribute


def create_load_balancer(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    balancer = _create_load_balancer(cls, resource_name, cloudformation_json, account_id, region_name)
    attributes = pairs(cloudformation_json["Properties"].get("LoadBalancerAttributes", []))
    elbv2_backends[account_id][region_name].modify_load_balancer_attributes(balancer.arn, attributes)
    return balancer


def create_target_group(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    group = _create_target_group(cls, resource_name, cloudformation_json, account_id, region_name)
    attributes = pairs(cloudformation_json["Properties"].get("TargetGroupAttributes", []))
    elbv2_backends[account_id][region_name].modify_target_group_attributes(group.arn, attributes)
    return group


def load_balancer_attribute(self, attribute_name):
    if attribute_name == "LoadBalancerFullName":
        return self.arn.split(":loadbalancer/")[1]
    return _load_balancer_attribute(self, attribute_name)


def target_group_attribute(self, attribute_name):
    return {"TargetGroupFullName": self.arn.split(":")[-1], "TargetGroupName": self.name}[attribute_name]


def pairs(attributes):
    return {attribute["Key"]: attribute["Value"] for attribute in attributes}


def delete_target_group(self, account_id, region):
    elbv2_backends[account_id][region].delete_target_group(self.arn)


def delete_listener(self, account_id, region):
    elbv2_backends[account_id][region].delete_listener(self.arn)


def delete_rule(self, account_id, region):
    elbv2_backends[account_id][region].delete_rule(self.arn)


extend(
    FakeLoadBalancer,
    create_from_cloudformation_json=classmethod(create_load_balancer),
    get_cfn_attribute=load_balancer_attribute,
)
extend(
    FakeTargetGroup,
    create_from_cloudformation_json=classmethod(create_target_group),
    has_cfn_attr=classmethod(lambda cls, attr: attr in ("TargetGroupFullName", "TargetGroupName")),
    get_cfn_attribute=target_group_attribute,
    delete=delete_target_group,
)
extend(FakeListener, delete=delete_listener)
extend(FakeListenerRule, delete=delete_rule)
