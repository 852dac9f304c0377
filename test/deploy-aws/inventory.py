"""Everything in the account that a stack can make, through the AWS SDK."""

import boto3


def pages(client, operation, key, **parameters):
    if not client.can_paginate(operation):
        return getattr(client, operation)(**parameters)[key]
    return [item for page in client.get_paginator(operation).paginate(**parameters) for item in page.get(key, [])]


def stacks():
    cloudformation = boto3.client("cloudformation")
    return [
        {
            "name": stack["StackName"],
            "status": stack["StackStatus"],
            "template": cloudformation.get_template(StackName=stack["StackName"])["TemplateBody"],
            "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
            "resources": {
                resource["LogicalResourceId"]: [resource["ResourceType"], resource["PhysicalResourceId"]]
                for resource in pages(
                    cloudformation, "list_stack_resources", "StackResourceSummaries", StackName=stack["StackName"]
                )
            },
        }
        for stack in pages(cloudformation, "describe_stacks", "Stacks")
    ]


def ecs():
    client = boto3.client("ecs")
    arns = pages(client, "list_clusters", "clusterArns")
    services = [
        service
        for cluster in arns
        for arn in pages(client, "list_services", "serviceArns", cluster=cluster)
        for service in client.describe_services(cluster=cluster, services=[arn])["services"]
    ]
    return {
        # Deployments and counts of tasks are not simulated.
        "clusters": [
            without(cluster, "runningTasksCount", "pendingTasksCount", "activeServicesCount")
            for cluster in client.describe_clusters(clusters=arns, include=["SETTINGS"])["clusters"]
        ],
        "services": [without(service, "deployments", "events", "runningCount", "pendingCount") for service in services],
        "taskDefinitions": [
            client.describe_task_definition(taskDefinition=arn)["taskDefinition"]
            for arn in pages(client, "list_task_definitions", "taskDefinitionArns", status="ACTIVE")
        ],
        "retiredTaskDefinitions": pages(client, "list_task_definitions", "taskDefinitionArns", status="INACTIVE"),
    }


def load_balancing():
    client = boto3.client("elbv2")
    balancers = pages(client, "describe_load_balancers", "LoadBalancers")
    arns = [balancer["LoadBalancerArn"] for balancer in balancers]
    listeners = [
        listener for arn in arns for listener in pages(client, "describe_listeners", "Listeners", LoadBalancerArn=arn)
    ]
    groups = pages(client, "describe_target_groups", "TargetGroups")
    return {
        "loadBalancers": [
            {
                **balancer,
                "Attributes": pairs(client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]),
            }
            for balancer, arn in zip(balancers, arns, strict=True)
        ],
        "listeners": [
            {**listener, "Rules": pages(client, "describe_rules", "Rules", ListenerArn=listener["ListenerArn"])}
            for listener in listeners
        ],
        "targetGroups": [
            {
                **group,
                "Attributes": pairs(
                    client.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
                ),
            }
            for group in groups
        ],
    }


def watching():
    scaling, cloudwatch = boto3.client("application-autoscaling"), boto3.client("cloudwatch")
    dashboards = [entry["DashboardName"] for entry in pages(cloudwatch, "list_dashboards", "DashboardEntries")]
    return {
        "scalableTargets": pages(scaling, "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"),
        "scalingPolicies": pages(scaling, "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="ecs"),
        "alarms": pages(cloudwatch, "describe_alarms", "MetricAlarms"),
        "dashboards": [
            without(cloudwatch.get_dashboard(DashboardName=name), "ResponseMetadata") for name in dashboards
        ],
        "logGroups": pages(boto3.client("logs"), "describe_log_groups", "logGroups"),
    }


def rights():
    client = boto3.client("iam")
    roles = pages(client, "list_roles", "Roles")
    for role in roles:
        names = pages(client, "list_role_policies", "PolicyNames", RoleName=role["RoleName"])
        policies = [client.get_role_policy(RoleName=role["RoleName"], PolicyName=name) for name in names]
        role["Policies"] = {policy["PolicyName"]: policy["PolicyDocument"] for policy in policies}
    return {"roles": roles, "policies": pages(client, "list_policies", "Policies", Scope="Local")}


def network():
    client = boto3.client("ec2")
    kinds = {
        "vpcs": ("describe_vpcs", "Vpcs"),
        "subnets": ("describe_subnets", "Subnets"),
        "securityGroups": ("describe_security_groups", "SecurityGroups"),
        "routeTables": ("describe_route_tables", "RouteTables"),
        "vpcEndpoints": ("describe_vpc_endpoints", "VpcEndpoints"),
        "networkInterfaces": ("describe_network_interfaces", "NetworkInterfaces"),
    }
    return {kind: pages(client, *call) for kind, call in kinds.items()}


def storage():
    s3 = boto3.client("s3")
    buckets = s3.list_buckets()["Buckets"]
    return {
        "buckets": buckets,
        "objects": [
            f"{bucket['Name']}/{entry['Key']}"
            for bucket in buckets
            for entry in pages(s3, "list_objects_v2", "Contents", Bucket=bucket["Name"])
        ],
        "repositories": pages(boto3.client("ecr"), "describe_repositories", "repositories"),
        "parameters": pages(boto3.client("ssm"), "describe_parameters", "Parameters"),
    }


def describe():
    parts = [ecs(), load_balancing(), watching(), rights(), network(), storage()]
    return {"stacks": stacks(), **{key: value for part in parts for key, value in part.items()}}


def pairs(attributes):
    return {attribute["Key"]: attribute["Value"] for attribute in attributes}


def without(item, *keys):
    return {key: value for key, value in item.items() if key not in keys}
