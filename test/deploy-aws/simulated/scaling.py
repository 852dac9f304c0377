"""AWS::ApplicationAutoScaling::*, kept by moto's Application Auto Scaling."""

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.core.common_models import CloudFormationModel
from moto.ecs.models import ecs_backends

from .common import checked

SERVICE = "application-autoscaling"


class ScalableTargetResource(CloudFormationModel):
    def __init__(self, resource_id, dimension, namespace):
        self.resource_id, self.dimension, self.namespace = resource_id, dimension, namespace

    @property
    def physical_resource_id(self):
        return "|".join([self.resource_id, self.dimension, self.namespace])

    @staticmethod
    def cloudformation_type():
        return "AWS::ApplicationAutoScaling::ScalableTarget"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        p = checked(SERVICE, "RegisterScalableTarget", **cloudformation_json["Properties"])
        target = cls(p["ResourceId"], p["ScalableDimension"], p["ServiceNamespace"])
        applicationautoscaling_backends[account_id][region_name].register_scalable_target(
            target.namespace,
            target.resource_id,
            target.dimension,
            p["MinCapacity"],
            p["MaxCapacity"],
            p.get("RoleARN"),
            None,
        )
        _lift(target.resource_id, p["MinCapacity"], account_id, region_name)
        return target

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        again = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        return original_resource if again.physical_resource_id == original_resource.physical_resource_id else again

    def delete(self, account_id, region):
        backend = applicationautoscaling_backends[account_id][region]
        backend.deregister_scalable_target(self.namespace, self.resource_id, self.dimension)


class ScalingPolicyResource(CloudFormationModel):
    def __init__(self, name, target, arn):
        self.name, self.target, self.arn = name, target, arn

    @property
    def physical_resource_id(self):
        return self.arn

    @staticmethod
    def cloudformation_type():
        return "AWS::ApplicationAutoScaling::ScalingPolicy"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = dict(cloudformation_json["Properties"])
        target = properties.pop("ScalingTargetId")
        resource_id, dimension, namespace = target.split("|")
        p = checked(
            SERVICE,
            "PutScalingPolicy",
            **{**properties, "ResourceId": resource_id, "ScalableDimension": dimension, "ServiceNamespace": namespace},
        )
        policy = applicationautoscaling_backends[account_id][region_name].put_scaling_policy(
            p["PolicyName"],
            namespace,
            resource_id,
            dimension,
            p["TargetTrackingScalingPolicyConfiguration"],
            p["PolicyType"],
        )
        return cls(p["PolicyName"], target, policy.policy_arn)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        original_resource.delete(account_id, region_name)
        again = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        original_resource.__dict__.update(again.__dict__)
        return original_resource

    def delete(self, account_id, region):
        resource_id, dimension, namespace = self.target.split("|")
        backend = applicationautoscaling_backends[account_id][region]
        backend.delete_scaling_policy(self.name, namespace, resource_id, dimension)


def _lift(resource_id, minimum, account_id, region):
    """A service below the minimum is scaled out when the target is registered."""
    _, cluster, name = resource_id.split("/")
    ecs = ecs_backends[account_id][region]
    if ecs.services[f"{cluster}:{name}"].desired_count < minimum:
        ecs.update_service({"cluster": cluster, "service": name, "desired_count": minimum})
