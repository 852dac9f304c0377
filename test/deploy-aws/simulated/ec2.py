"""EC2: egress rules of security groups, and deletion of what moto's CloudFormation leaves behind."""

from moto.core.common_models import CloudFormationModel
from moto.ec2.models import ec2_backends
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupIngress
from moto.ec2.models.subnets import SubnetRouteTableAssociation
from moto.ec2.models.vpcs import VPCEndPoint

from .common import extend

_create_security_group = SecurityGroup.create_from_cloudformation_json.__func__


class SecurityGroupEgress(CloudFormationModel):
    """AWS::EC2::SecurityGroupEgress"""

    def __init__(self, group, rules):
        self.group, self.rules = group, rules

    @property
    def physical_resource_id(self):
        return self.rules[0].id

    @staticmethod
    def cloudformation_type():
        return "AWS::EC2::SecurityGroupEgress"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        rule = cloudformation_json["Properties"]
        authorize = ec2_backends[account_id][region_name].authorize_security_group_egress
        rules, group = authorize(rule["GroupId"], **rule_parameters(rule, "DestinationSecurityGroupId"))
        return cls(group, rules)

    def delete(self, account_id, region):
        self.group.egress_rules = [rule for rule in self.group.egress_rules if rule not in self.rules]


def create_ingress(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    rule = cloudformation_json["Properties"]
    authorize = ec2_backends[account_id][region_name].authorize_security_group_ingress
    rules, group = authorize(rule["GroupId"], **rule_parameters(rule, "SourceSecurityGroupId"))
    ingress = cls(group, rule)
    ingress.rules = rules
    return ingress


def delete_ingress(self, account_id, region):
    group = self.security_group
    group.ingress_rules = [rule for rule in group.ingress_rules if rule not in self.rules]


def create_security_group(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    """Egress rules in the template take the place of the rule that lets out everything."""
    group = _create_security_group(cls, resource_name, cloudformation_json, account_id, region_name)
    egress = cloudformation_json["Properties"].get("SecurityGroupEgress")
    if egress is not None:
        group.egress_rules.clear()
    for rule in egress or []:
        parameters = rule_parameters(rule, "DestinationSecurityGroupId")
        group.ec2_backend.authorize_security_group_egress(group.id, **parameters)
    return group


def rule_parameters(rule, peer):
    description = {"Description": rule["Description"]} if "Description" in rule else {}
    return {
        "ip_protocol": rule["IpProtocol"],
        "from_port": rule.get("FromPort"),
        "to_port": rule.get("ToPort"),
        "ip_ranges": [{"CidrIp": rule["CidrIp"], **description}] if "CidrIp" in rule else [],
        "source_groups": [{"GroupId": rule[peer], **description}] if peer in rule else [],
    }


def delete_route_table(self, account_id, region):
    ec2_backends[account_id][region].delete_route_table(self.id)


def delete_association(self, account_id, region):
    associations = ec2_backends[account_id][region].route_tables[self.route_table_id]._associations
    for association in [key for key, subnet in associations.items() if subnet == self.subnet_id]:
        del associations[association]


def delete_endpoint(self, account_id, region):
    backend = ec2_backends[account_id][region]
    backend.delete_vpc_endpoints([self.id])
    del backend.vpc_end_points[self.id]


extend(SecurityGroup, create_from_cloudformation_json=classmethod(create_security_group))
extend(
    SecurityGroupIngress,
    create_from_cloudformation_json=classmethod(create_ingress),
    physical_resource_id=property(lambda self: self.rules[0].id),
    delete=delete_ingress,
)
extend(RouteTable, delete=delete_route_table)
extend(SubnetRouteTableAssociation, delete=delete_association)
extend(VPCEndPoint, delete=delete_endpoint)
