"""AWS::CloudWatch::Alarm, kept by moto's CloudWatch."""

from moto.cloudwatch.models import Dimension, Metric, MetricDataQuery, MetricStat, cloudwatch_backends
from moto.cloudwatch.utils import make_arn_for_alarm
from moto.core.common_models import CloudFormationModel

from .common import checked


class AlarmResource(CloudFormationModel):
    def __init__(self, name, account_id, region):
        self.name, self.account_id, self.region = name, account_id, region

    @property
    def physical_resource_id(self):
        return self.name

    @staticmethod
    def cloudformation_name_type():
        return "AlarmName"

    @staticmethod
    def cloudformation_type():
        return "AWS::CloudWatch::Alarm"

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Arn"

    def get_cfn_attribute(self, attribute):
        assert attribute == "Arn", attribute
        return make_arn_for_alarm(self.region, self.account_id, self.name)

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        alarm = cls(resource_name, account_id, region_name)
        alarm._put(cloudformation_json["Properties"])
        return alarm

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        original_resource._put(cloudformation_json["Properties"])
        return original_resource

    def delete(self, account_id, region):
        cloudwatch_backends[account_id][region].delete_alarms([self.name])

    def _put(self, properties):
        p = checked("cloudwatch", "PutMetricAlarm", **{**properties, "AlarmName": self.name})
        cloudwatch_backends[self.account_id][self.region].put_metric_alarm(
            name=self.name,
            namespace=p.get("Namespace"),
            metric_name=p.get("MetricName"),
            metric_data_queries=[_query(query) for query in p.get("Metrics", [])],
            comparison_operator=p["ComparisonOperator"],
            evaluation_periods=p["EvaluationPeriods"],
            datapoints_to_alarm=p.get("DatapointsToAlarm"),
            period=p.get("Period"),
            threshold=p.get("Threshold"),
            statistic=p.get("Statistic"),
            extended_statistic=p.get("ExtendedStatistic"),
            description=p.get("AlarmDescription"),
            dimensions=p.get("Dimensions", []),
            alarm_actions=p.get("AlarmActions", []),
            ok_actions=p.get("OKActions", []),
            unit=p.get("Unit"),
            treat_missing_data=p.get("TreatMissingData"),
        )


def _query(query):
    return MetricDataQuery(
        query_id=query["Id"],
        label=query.get("Label"),
        period=query.get("Period"),
        return_data=query.get("ReturnData"),
        expression=query.get("Expression"),
        metric_stat=_stat(query["MetricStat"]) if "MetricStat" in query else None,
    )


def _stat(stat):
    metric = stat["Metric"]
    dimensions = [Dimension(d["Name"], d["Value"]) for d in metric.get("Dimensions", [])]
    measured = Metric(metric_name=metric["MetricName"], namespace=metric["Namespace"], dimensions=dimensions)
    return MetricStat(measured, stat["Period"], stat["Stat"], stat.get("Unit"))
