"""moto with what its CloudFormation lacks, to deploy an endpoint with the real `cdk`. For tests alone.

CloudFormation itself (simulated/stack_updates.py, stacks.py): resources are updated in the order in which they need
each other and only when their resolved properties differ; a replaced resource keeps its predecessor until the update
has succeeded; a failed update is taken back, with the event that says why; deletion goes the other way round. A
resource type nobody simulates, or one that cannot be deleted, is an error: moto would pass over it.

Resource types moto does not know, on top of moto's own services: CloudWatch alarms, scalable targets and scaling
policies, egress rules of security groups; bucket policies are noted and not enforced. Properties moto drops: everything
of ECS services, task definitions and clusters, the attributes of load balancers and target groups, inline egress rules.
What goes to ECS, CloudWatch and Application Auto Scaling is checked against AWS's own description of these APIs, as
botocore ships it.

Besides: a scalable target lifts its service to the minimum capacity, and CloudTrail has no events.

Not simulated: tasks, their health and traffic. No deployment ever fails by its tasks or alarms.
"""

# ruff: noqa: F401  every import adds its part to moto
import simulated.cloudtrail
import simulated.cloudwatch
import simulated.ec2
import simulated.ecs
import simulated.load_balancing
import simulated.s3
import simulated.scaling
import simulated.stacks
from serve import main

main()
