"""Reads the simulated account through the AWS SDK; the answer is JSON on standard output.

account.py describe                          everything in the account that a stack can make
account.py download BUCKET KEY FILE
account.py scale CLUSTER SERVICE COUNT       what autoscaling would do
"""

import json
import sys

import boto3

from inventory import describe


def download(bucket, key, file):
    boto3.client("s3").download_file(bucket, key, file)


def scale(cluster, service, count):
    boto3.client("ecs").update_service(cluster=cluster, service=service, desiredCount=int(count))


COMMANDS = {"describe": describe, "download": download, "scale": scale}
print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:]), default=str, sort_keys=True))
