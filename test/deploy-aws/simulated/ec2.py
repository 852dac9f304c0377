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

    def __init__(self, properties):
        self.properties = properties

    @property
    def physical_resource_id(self):
        return f"{self.properties['GroupId']}-egress"

    @staticmethod
    def cloudformation_type():
        return "AWS::EC2::SecurityGroupEgress"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        rule = cloudformation_json["Properties"]
        backend = ec2_backends[account_id][region_name]
        backend.authorize_security_group_egress(rule["GroupId"], **rule_parameters(rule, "DestinationSecurityGroupId"))
        return cls(rule)

    def delete(self, account_id, region):
        backend = ec2_backends[account_id][region]
        parameters = rule_parameters(self.properties, "DestinationSecurityGroupId")
        backend.revoke_security_group_egress(self.properties["GroupId"], **parameters)


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


def delete_ingress(self, account_id, region):
    parameters = rule_parameters(self.properties, "SourceSecurityGroupId")
    ec2_backends[account_id][region].revoke_security_group_ingress(self.security_group.id, **parameters)


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
extend(SecurityGroupIngress, physical_resource_id=property(lambda self: f"{self.security_group.id}-ingress"), delete=delete_ingress)
extend(RouteTable, delete=delete_route_table)
extend(SubnetRouteTableAssociation, delete=delete_association)
extend(VPCEndPoint, delete=delete_endpoint)
