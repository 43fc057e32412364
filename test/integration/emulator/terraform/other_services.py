"""The resources of Step Functions, IAM, CloudWatch Logs and CloudWatch; table.py describes the rows."""
import json

from s3_and_lambda import ARN, CREATE_FUNCTION, DELETE_FUNCTION, F
from table import GONE, MISSING, NEW_TAGS, NEW_TRUST, RESOURCES, ROLE, TAGS, TRUST, Ref, policy, same

# --- Step Functions -----------------------------------------------------------------------------------------------


def machine(comment):
    return json.dumps({'Comment': comment, 'StartAt': 'Done', 'States': {'Done': {'Type': 'Succeed'}}})


LOWER_TAGS, NEW_LOWER_TAGS = [{'key': 'team', 'value': 'a'}], [{'key': 'team', 'value': 'b'}]
GROUP = {'logGroupName': '/terraform/group'}
CREATE_GROUP = [('logs.create_log_group', GROUP)]
DELETE_GROUP = [('logs.delete_log_group', GROUP)]
GROUP_ARN = Ref('logs.describe_log_groups', 'logGroups.0.arn')
MACHINE_ARN = Ref('stepfunctions.create_state_machine', 'stateMachineArn')
M = {'stateMachineArn': MACHINE_ARN}
NO_MACHINE = 'StateMachineDoesNotExist'
ACTIVE = {'status': 'ACTIVE', 'name': 'terraform', 'type': 'STANDARD', 'roleArn': ROLE, 'tracingConfiguration': {'enabled': False}}


def logging_to_group(level):
    return {'level': level, 'includeExecutionData': level == 'ALL',
            'destinations': [{'cloudWatchLogsLogGroup': {'logGroupArn': GROUP_ARN}}]}


CREATE_MACHINE = {'name': 'terraform', 'definition': machine('1'), 'roleArn': ROLE, 'type': 'STANDARD', 'publish': False,
                  'tags': LOWER_TAGS}
# DeleteStateMachine answers at once; the provider polls until the state machine is gone.
DELETE_MACHINE = [('stepfunctions.delete_state_machine', M),
                  ('until stepfunctions.describe_state_machine', M, NO_MACHINE)]
RESOURCES['aws_sfn_state_machine'] = {
    'given': [*CREATE_GROUP, ('logs.describe_log_groups', {'logGroupNamePrefix': GROUP['logGroupName']})],
    'create': [
        ('stepfunctions.validate_state_machine_definition', {'definition': machine('1'), 'type': 'STANDARD'}),
        ('stepfunctions.create_state_machine', {**CREATE_MACHINE, 'loggingConfiguration': logging_to_group('ALL')})],
    'update': [
        ('stepfunctions.update_state_machine', {**M, 'definition': machine('2'), 'roleArn': ROLE, 'publish': True,
                                                'loggingConfiguration': logging_to_group('ERROR')}),
        ('stepfunctions.tag_resource', {'resourceArn': MACHINE_ARN, 'tags': NEW_LOWER_TAGS})],
    'delete': DELETE_MACHINE,
    'read': [
        ('stepfunctions.describe_state_machine', M,
         {**ACTIVE, 'definition': machine('1'), 'loggingConfiguration': logging_to_group('ALL')},
         {**ACTIVE, 'definition': machine('2'), 'loggingConfiguration': logging_to_group('ERROR')}, NO_MACHINE),
        ('stepfunctions.list_tags_for_resource', {'resourceArn': MACHINE_ARN}, {'tags': LOWER_TAGS},
         {'tags': NEW_LOWER_TAGS}, 'ResourceNotFound'),
        ('stepfunctions.list_state_machine_versions', M, {'stateMachineVersions': []}, {'stateMachineVersions': [{}]},
         NO_MACHINE),
    ],
    'cleanup': DELETE_GROUP,
}

VERSION = Ref('stepfunctions.publish_state_machine_version', 'stateMachineVersionArn')
MACHINE_ALIAS = {'stateMachineAliasArn': Ref('stepfunctions.create_state_machine_alias', 'stateMachineAliasArn')}
ROUTE = {'routingConfiguration': [{'stateMachineVersionArn': VERSION, 'weight': 100}]}
RESOURCES['aws_sfn_alias'] = {
    'given': [('stepfunctions.create_state_machine', CREATE_MACHINE), ('stepfunctions.publish_state_machine_version', M)],
    'create': [('stepfunctions.create_state_machine_alias', {'name': 'live', 'description': 'first', **ROUTE})],
    'update': [
        ('stepfunctions.update_state_machine', {**M, 'definition': machine('2')}),
        ('stepfunctions.publish_state_machine_version', M),
        ('stepfunctions.update_state_machine_alias', {**MACHINE_ALIAS, 'description': 'second', **ROUTE})],
    'delete': [('stepfunctions.delete_state_machine_alias', MACHINE_ALIAS)],
    'read': [('stepfunctions.describe_state_machine_alias', MACHINE_ALIAS, {'name': 'live', 'description': 'first', **ROUTE},
              {'name': 'live', 'description': 'second', **ROUTE}, 'ResourceNotFound')],
    'cleanup': DELETE_MACHINE,
}

ACTIVITY_ARN = Ref('stepfunctions.create_activity', 'activityArn')
ACTIVITY = {'activityArn': ACTIVITY_ARN}
RESOURCES['aws_sfn_activity'] = {
    'create': [('stepfunctions.create_activity', {'name': 'terraform', 'tags': LOWER_TAGS})],
    'update': [('stepfunctions.tag_resource', {'resourceArn': ACTIVITY_ARN, 'tags': NEW_LOWER_TAGS})],
    'delete': [('stepfunctions.delete_activity', ACTIVITY)],
    'read': [
        same('stepfunctions.describe_activity', ACTIVITY, {'name': 'terraform', **ACTIVITY}, 'ActivityDoesNotExist'),
        ('stepfunctions.list_tags_for_resource', {'resourceArn': ACTIVITY_ARN}, {'tags': LOWER_TAGS},
         {'tags': NEW_LOWER_TAGS}, 'ResourceNotFound')],
}

# --- IAM ----------------------------------------------------------------------------------------------------------

R = {'RoleName': 'terraform'}
CREATE_ROLE = [('iam.create_role', {**R, 'AssumeRolePolicyDocument': json.dumps(TRUST), 'Path': '/a/', 'Description': 'first',
                                    'MaxSessionDuration': 3600, 'Tags': TAGS})]
DELETE_ROLE = [('iam.list_instance_profiles_for_role', R), ('iam.list_attached_role_policies', R),
               ('iam.list_role_policies', R), ('iam.delete_role', R)]
RESOURCES['aws_iam_role'] = {
    'create': CREATE_ROLE,
    'update': [
        ('iam.update_assume_role_policy', {**R, 'PolicyDocument': json.dumps(NEW_TRUST)}),
        ('iam.update_role_description', {**R, 'Description': 'second'}),
        ('iam.update_role', {**R, 'MaxSessionDuration': 7200}),
        ('iam.put_role_permissions_boundary', {**R, 'PermissionsBoundary': 'arn:aws:iam::aws:policy/ReadOnlyAccess'}),
        ('iam.tag_role', {**R, 'Tags': NEW_TAGS})],
    'delete': [('iam.delete_role_permissions_boundary', R), *DELETE_ROLE],
    'read': [
        ('iam.get_role', R,
         {'Role': {'Path': '/a/', 'Description': 'first', 'MaxSessionDuration': 3600, 'Tags': TAGS,
                   'AssumeRolePolicyDocument': TRUST, 'PermissionsBoundary': None}},
         {'Role': {'Path': '/a/', 'Description': 'second', 'MaxSessionDuration': 7200, 'Tags': NEW_TAGS,
                   'AssumeRolePolicyDocument': NEW_TRUST, 'PermissionsBoundary': {
                       'PermissionsBoundaryType': 'Policy',
                       'PermissionsBoundaryArn': 'arn:aws:iam::aws:policy/ReadOnlyAccess'}}}, GONE),
        same('iam.list_role_policies', R, {'PolicyNames': []}, GONE),
        same('iam.list_attached_role_policies', R, {'AttachedPolicies': []}, GONE),
    ],
}

DOCUMENTS = [policy(action, resource='*') for action in ('s3:GetObject', 's3:PutObject')]
INLINE = {**R, 'PolicyName': 'inline'}
RESOURCES['aws_iam_role_policy'] = {
    'given': CREATE_ROLE,
    'create': [('iam.put_role_policy', {**INLINE, 'PolicyDocument': json.dumps(DOCUMENTS[0])})],
    'update': [('iam.put_role_policy', {**INLINE, 'PolicyDocument': json.dumps(DOCUMENTS[1])})],
    'delete': [('iam.delete_role_policy', INLINE)],
    'read': [('iam.get_role_policy', INLINE, *[{**INLINE, 'PolicyDocument': text} for text in DOCUMENTS], GONE),
             same('iam.list_role_policies', R, {'PolicyNames': ['inline']}, {'PolicyNames': []})],
    'cleanup': DELETE_ROLE,
}

POLICY = {'PolicyArn': Ref('iam.create_policy', 'Policy.Arn')}
CREATE_POLICY = [('iam.create_policy', {'PolicyName': 'terraform', 'Path': '/a/', 'Description': 'first', 'Tags': TAGS,
                                        'PolicyDocument': json.dumps(DOCUMENTS[0])})]
RESOURCES['aws_iam_policy'] = {
    'create': CREATE_POLICY,
    'update': [
        ('iam.list_policy_versions', POLICY),
        ('iam.create_policy_version', {**POLICY, 'PolicyDocument': json.dumps(DOCUMENTS[1]), 'SetAsDefault': True}),
        ('iam.tag_policy', {**POLICY, 'Tags': NEW_TAGS})],
    'delete': [('iam.list_policy_versions', POLICY), ('iam.delete_policy_version', {**POLICY, 'VersionId': 'v1'}),
               ('iam.delete_policy', POLICY)],
    'read': [
        ('iam.get_policy', POLICY,
         {'Policy': {'Path': '/a/', 'Description': 'first', 'DefaultVersionId': 'v1', 'Tags': TAGS, 'AttachmentCount': 0}},
         {'Policy': {'DefaultVersionId': 'v2', 'Tags': NEW_TAGS}}, GONE),
        ('iam.get_policy_version', {**POLICY, 'VersionId': 'v1'},
         {'PolicyVersion': {'Document': DOCUMENTS[0], 'IsDefaultVersion': True}},
         {'PolicyVersion': {'Document': DOCUMENTS[0], 'IsDefaultVersion': False}}, GONE),
        ('iam.get_policy_version', {**POLICY, 'VersionId': 'v2'}, GONE,
         {'PolicyVersion': {'Document': DOCUMENTS[1], 'IsDefaultVersion': True}}, GONE),
    ],
}

MANAGED = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
RESOURCES['aws_iam_role_policy_attachment'] = {
    'given': [*CREATE_ROLE, *CREATE_POLICY],
    'create': [('iam.attach_role_policy', {**R, **POLICY})],
    # Another policy is a replacement: detach, attach.
    'update': [('iam.detach_role_policy', {**R, **POLICY}), ('iam.attach_role_policy', {**R, 'PolicyArn': MANAGED})],
    'delete': [('iam.detach_role_policy', {**R, 'PolicyArn': MANAGED})],
    'read': [('iam.list_attached_role_policies', R, {'AttachedPolicies': [{**POLICY, 'PolicyName': 'terraform'}]},
              {'AttachedPolicies': [{'PolicyArn': MANAGED, 'PolicyName': 'AmazonS3ReadOnlyAccess'}]},
              {'AttachedPolicies': []})],
    'cleanup': [('iam.delete_policy', POLICY), *DELETE_ROLE],
}

U, NEW_U = {'UserName': 'terraform'}, {'UserName': 'renamed'}
RESOURCES['aws_iam_user'] = {
    'create': [('iam.create_user', {**U, 'Path': '/a/', 'Tags': TAGS})],
    'update': [('iam.update_user', {**U, 'NewUserName': 'renamed', 'NewPath': '/b/'}),
               ('iam.tag_user', {**NEW_U, 'Tags': NEW_TAGS})],
    'delete': [('iam.list_groups_for_user', NEW_U), ('iam.list_attached_user_policies', NEW_U),
               ('iam.list_user_policies', NEW_U), ('iam.list_access_keys', NEW_U), ('iam.delete_user', NEW_U)],
    'read': [('iam.get_user', U, {'User': {**U, 'Path': '/a/', 'Tags': TAGS}}, GONE, GONE),
             ('iam.get_user', NEW_U, GONE, {'User': {**NEW_U, 'Path': '/b/', 'Tags': NEW_TAGS}}, GONE)],
}

KEY = {**U, 'AccessKeyId': Ref('iam.create_access_key', 'AccessKey.AccessKeyId')}
RESOURCES['aws_iam_access_key'] = {
    'given': [('iam.create_user', U)],
    'create': [('iam.create_access_key', U)],
    'update': [('iam.update_access_key', {**KEY, 'Status': 'Inactive'})],
    'delete': [('iam.delete_access_key', KEY)],
    'read': [('iam.list_access_keys', U, {'AccessKeyMetadata': [{**KEY, 'Status': 'Active'}]},
              {'AccessKeyMetadata': [{**KEY, 'Status': 'Inactive'}]}, {'AccessKeyMetadata': []})],
    'cleanup': [('iam.delete_user', U)],
}

G, NEW_G = {'GroupName': 'terraform'}, {'GroupName': 'renamed'}
RESOURCES['aws_iam_group'] = {
    'create': [('iam.create_group', {**G, 'Path': '/a/'})],
    'update': [('iam.update_group', {**G, 'NewGroupName': 'renamed', 'NewPath': '/b/'})],
    'delete': [('iam.delete_group', NEW_G)],
    'read': [('iam.get_group', G, {'Group': {**G, 'Path': '/a/'}, 'Users': []}, GONE, GONE),
             ('iam.get_group', NEW_G, GONE, {'Group': {**NEW_G, 'Path': '/b/'}}, GONE)],
}

P = {'InstanceProfileName': 'terraform'}
RESOURCES['aws_iam_instance_profile'] = {
    'given': CREATE_ROLE,
    'create': [('iam.create_instance_profile', {**P, 'Path': '/a/', 'Tags': TAGS}), ('wait iam.instance_profile_exists', P),
               ('iam.add_role_to_instance_profile', {**P, **R})],
    'update': [('iam.remove_role_from_instance_profile', {**P, **R}), ('iam.add_role_to_instance_profile', {**P, 'RoleName': 'shared'}),
               ('iam.tag_instance_profile', {**P, 'Tags': NEW_TAGS})],
    'delete': [('iam.remove_role_from_instance_profile', {**P, 'RoleName': 'shared'}), ('iam.delete_instance_profile', P)],
    'read': [('iam.get_instance_profile', P, {'InstanceProfile': {**P, 'Path': '/a/', 'Tags': TAGS, 'Roles': [R]}},
              {'InstanceProfile': {'Tags': NEW_TAGS, 'Roles': [{'RoleName': 'shared'}]}}, GONE)],
    'cleanup': DELETE_ROLE,
}

OIDC = {'OpenIDConnectProviderArn': Ref('iam.create_open_id_connect_provider', 'OpenIDConnectProviderArn')}
THUMBPRINTS = [['a' * 40], ['b' * 40]]
RESOURCES['aws_iam_openid_connect_provider'] = {
    'create': [('iam.create_open_id_connect_provider', {
        'Url': 'https://token.actions.githubusercontent.com', 'ClientIDList': ['sts.amazonaws.com'],
        'ThumbprintList': THUMBPRINTS[0], 'Tags': TAGS})],
    'update': [
        ('iam.update_open_id_connect_provider_thumbprint', {**OIDC, 'ThumbprintList': THUMBPRINTS[1]}),
        ('iam.add_client_id_to_open_id_connect_provider', {**OIDC, 'ClientID': 'other'}),
        ('iam.remove_client_id_from_open_id_connect_provider', {**OIDC, 'ClientID': 'sts.amazonaws.com'}),
        ('iam.tag_open_id_connect_provider', {**OIDC, 'Tags': NEW_TAGS})],
    'delete': [('iam.delete_open_id_connect_provider', OIDC)],
    'read': [('iam.get_open_id_connect_provider', OIDC,
              {'Url': 'token.actions.githubusercontent.com', 'ClientIDList': ['sts.amazonaws.com'],
               'ThumbprintList': THUMBPRINTS[0], 'Tags': TAGS},
              {'ClientIDList': ['other'], 'ThumbprintList': THUMBPRINTS[1], 'Tags': NEW_TAGS}, GONE)],
}

# --- CloudWatch Logs ----------------------------------------------------------------------------------------------

RESOURCES['aws_cloudwatch_log_group'] = {
    'create': [('logs.create_log_group', {**GROUP, 'logGroupClass': 'STANDARD', 'tags': {'team': 'a'}}),
               ('logs.put_retention_policy', {**GROUP, 'retentionInDays': 7}),
               ('logs.describe_log_groups', {'logGroupNamePrefix': GROUP['logGroupName']})],
    'update': [('logs.put_retention_policy', {**GROUP, 'retentionInDays': 30}),
               ('logs.tag_resource', {'resourceArn': Ref('logs.describe_log_groups', 'logGroups.0.logGroupArn'), 'tags': {'team': 'b'}})],
    'delete': [('logs.list_log_groups', {}), *DELETE_GROUP],
    'read': [
        ('logs.list_tags_for_resource', {'resourceArn': Ref('logs.describe_log_groups', 'logGroups.0.logGroupArn')},
         {'tags': {'team': 'a'}}, {'tags': {'team': 'b'}}, MISSING),
        ('logs.describe_log_groups', {'logGroupNamePrefix': GROUP['logGroupName']},
         {'logGroups': [{**GROUP, 'retentionInDays': 7, 'logGroupClass': 'STANDARD', 'storedBytes': 0, 'metricFilterCount': 0}]},
         {'logGroups': [{**GROUP, 'retentionInDays': 30}]}, {'logGroups': []}),
    ],
}

FILTER = {**GROUP, 'filterName': 'errors'}
FILTERS = [{'filterPattern': pattern, 'metricTransformations': [
    {'metricName': 'Errors', 'metricNamespace': 'Terraform', 'metricValue': '1', 'defaultValue': 0.0, 'unit': 'Count'}]}
    for pattern in ('ERROR', '{ $.level = "ERROR" }')]
RESOURCES['aws_cloudwatch_log_metric_filter'] = {
    'given': CREATE_GROUP,
    'create': [('logs.put_metric_filter', {**FILTER, **FILTERS[0]})],
    'update': [('logs.put_metric_filter', {**FILTER, **FILTERS[1]})],
    'delete': [('logs.delete_metric_filter', FILTER)],
    'read': [('logs.describe_metric_filters', {**GROUP, 'filterNamePrefix': 'errors'},
              *[{'metricFilters': [{**FILTER, **value}]} for value in FILTERS], {'metricFilters': []})],
    'cleanup': DELETE_GROUP,
}

SUBSCRIPTIONS = [{'filterPattern': pattern, 'destinationArn': ARN} for pattern in ('ERROR', 'WARN')]
RESOURCES['aws_cloudwatch_log_subscription_filter'] = {
    'given': [*CREATE_GROUP, *CREATE_FUNCTION,
              ('lambda.add_permission', {**F, 'StatementId': 'logs', 'Action': 'lambda:InvokeFunction',
                                         'Principal': 'logs.amazonaws.com'})],
    'create': [('logs.put_subscription_filter', {**FILTER, **SUBSCRIPTIONS[0]})],
    'update': [('logs.put_subscription_filter', {**FILTER, **SUBSCRIPTIONS[1]})],
    'delete': [('logs.delete_subscription_filter', FILTER)],
    'read': [('logs.describe_subscription_filters', {**GROUP, 'filterNamePrefix': 'errors'},
              *[{'subscriptionFilters': [{**FILTER, **value, 'distribution': 'ByLogStream'}]} for value in SUBSCRIPTIONS],
              {'subscriptionFilters': []})],
    'cleanup': [*DELETE_FUNCTION, *DELETE_GROUP],
}

LOG_POLICY = {'policyName': 'terraform'}
LOG_DOCUMENTS = [policy(action, resource='*', principal={'Service': 'delivery.logs.amazonaws.com'})
                 for action in ('logs:PutLogEvents', 'logs:CreateLogStream')]
RESOURCES['aws_cloudwatch_log_resource_policy'] = {
    'create': [('logs.put_resource_policy', {**LOG_POLICY, 'policyDocument': json.dumps(LOG_DOCUMENTS[0])})],
    'update': [('logs.put_resource_policy', {**LOG_POLICY, 'policyDocument': json.dumps(LOG_DOCUMENTS[1])})],
    'delete': [('logs.delete_resource_policy', LOG_POLICY)],
    'read': [('logs.describe_resource_policies', {},
              *[{'resourcePolicies': [{**LOG_POLICY, 'policyDocument': text}]} for text in LOG_DOCUMENTS],
              {'resourcePolicies': []})],
}

# --- CloudWatch ---------------------------------------------------------------------------------------------------

ALARM = {'AlarmName': 'terraform', 'Namespace': 'AWS/Lambda', 'MetricName': 'Errors', 'Statistic': 'Sum', 'Period': 60,
         'EvaluationPeriods': 2, 'DatapointsToAlarm': 1, 'ComparisonOperator': 'GreaterThanThreshold',
         'TreatMissingData': 'notBreaching', 'Dimensions': [{'Name': 'FunctionName', 'Value': 'terraform'}]}
ALARMS = [{**ALARM, 'Threshold': 1.0, 'ActionsEnabled': True}, {**ALARM, 'Threshold': 2.5, 'AlarmDescription': 'changed',
                                                              'ActionsEnabled': False}]
ALARM_ARN = Ref('cloudwatch.describe_alarms', 'MetricAlarms.0.AlarmArn')
DESCRIBE_ALARM = ('cloudwatch.describe_alarms', {'AlarmNames': ['terraform'], 'AlarmTypes': ['MetricAlarm']})
RESOURCES['aws_cloudwatch_metric_alarm'] = {
    'create': [('cloudwatch.put_metric_alarm', {**ALARMS[0], 'Tags': TAGS}), DESCRIBE_ALARM],
    'update': [('cloudwatch.put_metric_alarm', ALARMS[1]),
               ('cloudwatch.tag_resource', {'ResourceARN': ALARM_ARN, 'Tags': NEW_TAGS})],
    'delete': [('cloudwatch.delete_alarms', {'AlarmNames': ['terraform']})],
    # An alarm that is gone has no tags.
    'read': [('cloudwatch.list_tags_for_resource', {'ResourceARN': ALARM_ARN}, {'Tags': TAGS}, {'Tags': NEW_TAGS}, {'Tags': []}),
             (*DESCRIBE_ALARM, *[{'MetricAlarms': [value]} for value in ALARMS], {'MetricAlarms': []})],
}
