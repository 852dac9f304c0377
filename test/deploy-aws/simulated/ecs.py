"""ECS: all properties of clusters, task definitions and services; moto's CloudFormation keeps a few."""

from moto.ecs.models import Cluster, Service, TaskDefinition, ecs_backends

from .common import camel, checked, extend


def create_cluster(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    p = checked("ecs", "CreateCluster", **renamed(camel(cloudformation_json["Properties"]), clusterSettings="settings"))
    return ecs_backends[account_id][region_name].create_cluster(resource_name, cluster_settings=p.get("settings"))


def delete_cluster(self, account_id, region):
    backend = ecs_backends[account_id][region]
    backend.delete_cluster(self.name)
    del backend.clusters[self.name]


def register(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    p = checked("ecs", "RegisterTaskDefinition", **camel(cloudformation_json["Properties"]))
    return ecs_backends[account_id][region_name].register_task_definition(
        family=p["family"],
        container_definitions=p["containerDefinitions"],
        volumes=p.get("volumes"),
        network_mode=p.get("networkMode"),
        requires_compatibilities=p.get("requiresCompatibilities"),
        cpu=p.get("cpu"),
        memory=p.get("memory"),
        task_role_arn=p.get("taskRoleArn"),
        execution_role_arn=p.get("executionRoleArn"),
        runtime_platform=p.get("runtimePlatform"),
        ephemeral_storage=p.get("ephemeralStorage"),
    )


def register_again(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """Every property is create-only: the new revision stands beside the old one until the update has succeeded."""
    return register(cls, new_resource_name, cloudformation_json, account_id, region_name)


def deregister(self, account_id, region):
    ecs_backends[account_id][region].deregister_task_definition(self.arn)


def create_service(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    p = service_parameters(cloudformation_json, resource_name)
    service = ecs_backends[account_id][region_name].create_service(
        p["cluster"],
        resource_name,
        p.get("desiredCount", 1),
        task_definition_str=p["taskDefinition"],
        load_balancers=p.get("loadBalancers"),
        launch_type=p.get("launchType"),
        platform_version=p.get("platformVersion"),
        network_configuration=p.get("networkConfiguration"),
        propagate_tags=p.get("propagateTags", "NONE"),
    )
    keep(service, p)
    return service


def update_service(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """A count that is not in the template stays as it is."""
    p = service_parameters(cloudformation_json, original_resource.name)
    ecs_backends[account_id][region_name].update_service(
        {
            "cluster": p["cluster"],
            "service": original_resource.name,
            "task_definition": p["taskDefinition"],
            "desired_count": p.get("desiredCount"),
        }
    )
    keep(original_resource, p)
    return original_resource


def service_parameters(cloudformation_json, name):
    return checked("ecs", "CreateService", **{**camel(cloudformation_json["Properties"]), "serviceName": name})


def keep(service, p):
    service.load_balancers = p.get("loadBalancers", [])
    service.network_configuration = p.get("networkConfiguration", {})
    service.deployment_configuration = p.get("deploymentConfiguration")
    service.health_check_grace_period_seconds = p.get("healthCheckGracePeriodSeconds")
    service.availability_zone_rebalancing = p.get("availabilityZoneRebalancing")
    service.enable_execute_command = p.get("enableExecuteCommand", False)
    service.enable_ecs_managed_tags = p.get("enableECSManagedTags", False)


def delete_service(self, account_id, region):
    backend = ecs_backends[account_id][region]
    backend.delete_service(self.cluster_name, self.name, force=True)
    del backend.services[f"{self.cluster_name}:{self.name}"]


def renamed(parameters, **names):
    return {names.get(key, key): value for key, value in parameters.items()}


extend(Cluster, create_from_cloudformation_json=classmethod(create_cluster), delete=delete_cluster)
extend(
    TaskDefinition,
    create_from_cloudformation_json=classmethod(register),
    update_from_cloudformation_json=classmethod(register_again),
    delete=deregister,
    replaced_by_update=True,
)
extend(
    Service,
    create_from_cloudformation_json=classmethod(create_service),
    update_from_cloudformation_json=classmethod(update_service),
    delete=delete_service,
)
