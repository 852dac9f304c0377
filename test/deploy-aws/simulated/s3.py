"""AWS::S3::BucketPolicy of the bootstrap stack: noted, not enforced, since moto ignores the conditions of a policy."""

from moto.core.common_models import CloudFormationModel
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition


class BucketPolicyResource(CloudFormationModel):
    def __init__(self, bucket):
        self.bucket = bucket

    @property
    def physical_resource_id(self):
        return self.bucket

    @staticmethod
    def cloudformation_type():
        return "AWS::S3::BucketPolicy"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        bucket = cloudformation_json["Properties"]["Bucket"]
        s3_backends[account_id][get_partition(region_name)].head_bucket(bucket)
        return cls(bucket)

    def delete(self, account_id, region):
        """Nothing is kept."""
