"""The smaller resources of S3, Lambda, IAM and CloudWatch Logs; table.py describes the rows."""
import json

from other_services import (CREATE_GROUP, CREATE_POLICY, DELETE_GROUP, DOCUMENTS, G, GROUP, MANAGED,
                            POLICY, U)
from s3_and_lambda import B, F, bucket_part, function_part, whole
from table import GONE, MISSING, RESOURCES, Ref, package

# --- S3 -----------------------------------------------------------------------------------------------------------

SWITCHES = [{'Status': 'Enabled'}, {'Status': 'Suspended'}]
bucket_part('aws_s3_bucket_accelerate_configuration', 'put_bucket_accelerate_configuration', 'AccelerateConfiguration',
            SWITCHES, 'get_bucket_accelerate_configuration', SWITCHES, {'Status': 'Suspended'}, {'Status': 'Suspended'})
PAYERS = [{'Payer': 'Requester'}, {'Payer': 'BucketOwner'}]
bucket_part('aws_s3_bucket_request_payment_configuration', 'put_bucket_request_payment', 'RequestPaymentConfiguration',
            PAYERS, 'get_bucket_request_payment', PAYERS, {'Payer': 'BucketOwner'}, {'Payer': 'BucketOwner'})
LOGS = {'Bucket': 'terraform-logs'}
TARGETS = [{'LoggingEnabled': {'TargetBucket': 'terraform-logs', 'TargetPrefix': prefix}} for prefix in ('a/', 'b/')]
bucket_part('aws_s3_bucket_logging', 'put_bucket_logging', 'BucketLoggingStatus', TARGETS, 'get_bucket_logging', TARGETS,
            {}, {'LoggingEnabled': None}, given=[('s3.create_bucket', LOGS)], cleanup=[('s3.delete_bucket', LOGS)])


def named_part(name, operation, member, values, absent):
    """A resource that is one of several named configurations of a bucket."""
    one = {**B, 'Id': 'one'}
    RESOURCES[name] = {
        'given': [('s3.create_bucket', B)],
        'create': [(f's3.put_bucket_{operation}', {**one, member: values[0]})],
        'update': [(f's3.put_bucket_{operation}', {**one, member: values[1]})],
        'delete': [(f's3.delete_bucket_{operation}', one)],
        'read': [(f's3.get_bucket_{operation}', one, *whole(member, values), absent)],
        'cleanup': [('s3.delete_bucket', B)],
    }


NO_SUCH = 'NoSuchConfiguration'
named_part('aws_s3_bucket_metric', 'metrics_configuration', 'MetricsConfiguration',
           [{'Id': 'one', 'Filter': {'Prefix': prefix}} for prefix in ('a/', 'b/')], NO_SUCH)
named_part('aws_s3_bucket_analytics_configuration', 'analytics_configuration', 'AnalyticsConfiguration',
           [{'Id': 'one', 'Filter': {'Prefix': prefix}, 'StorageClassAnalysis': {}} for prefix in ('a/', 'b/')], NO_SUCH)
named_part('aws_s3_bucket_intelligent_tiering_configuration', 'intelligent_tiering_configuration',
           'IntelligentTieringConfiguration',
           [{'Id': 'one', 'Status': 'Enabled', 'Tierings': [{'Days': days, 'AccessTier': 'ARCHIVE_ACCESS'}]}
            for days in (90, 180)], NO_SUCH)
named_part('aws_s3_bucket_inventory', 'inventory_configuration', 'InventoryConfiguration',
           [{'Id': 'one', 'IsEnabled': True, 'IncludedObjectVersions': 'All', 'Schedule': {'Frequency': frequency},
             'Destination': {'S3BucketDestination': {'Bucket': 'arn:aws:s3:::terraform-bucket', 'Format': 'CSV'}}}
            for frequency in ('Daily', 'Weekly')], NO_SUCH)

# --- Lambda -------------------------------------------------------------------------------------------------------

RECURSION = [{'RecursiveLoop': 'Allow'}, {'RecursiveLoop': 'Terminate'}]
function_part('aws_lambda_function_recursion_config',
              *[[('lambda.put_function_recursion_config', {**F, **value})] for value in (*RECURSION, RECURSION[1])],
              [('lambda.get_function_recursion_config', F, *RECURSION, RECURSION[1])])
RUNTIME = [{'UpdateRuntimeOn': 'FunctionUpdate'}, {'UpdateRuntimeOn': 'Auto'}]
function_part('aws_lambda_runtime_management_config',
              *[[('lambda.put_runtime_management_config', {**F, **value})] for value in (*RUNTIME, RUNTIME[1])],
              [('lambda.get_runtime_management_config', F, *RUNTIME, RUNTIME[1])])

SIGNING = {'CodeSigningConfigArn': Ref('lambda.create_code_signing_config', 'CodeSigningConfig.CodeSigningConfigArn')}
PUBLISHERS = {'SigningProfileVersionArns': ['arn:aws:signer:us-east-1:000000000000:/signing-profiles/one/abcdefghij']}
UNTRUSTED = [{'UntrustedArtifactOnDeployment': value} for value in ('Warn', 'Enforce')]
RESOURCES['aws_lambda_code_signing_config'] = {
    'create': [('lambda.create_code_signing_config', {
        'AllowedPublishers': PUBLISHERS, 'CodeSigningPolicies': UNTRUSTED[0], 'Description': 'first'})],
    'update': [('lambda.update_code_signing_config', {
        **SIGNING, 'CodeSigningPolicies': UNTRUSTED[1], 'Description': 'second'})],
    'delete': [('lambda.delete_code_signing_config', SIGNING)],
    'read': [('lambda.get_code_signing_config', SIGNING, *[
        {'CodeSigningConfig': {'AllowedPublishers': PUBLISHERS, 'CodeSigningPolicies': value, 'Description': text}}
        for value, text in zip(UNTRUSTED, ('first', 'second'))], MISSING)],
}

LAYER_ONE = {'LayerName': 'permitted', 'VersionNumber': 1}
LAYER_PERMISSION = {**LAYER_ONE, 'StatementId': 'share'}
ADD = ('lambda.add_layer_version_permission', {**LAYER_PERMISSION, 'Action': 'lambda:GetLayerVersion', 'Principal': '*'})
REMOVE = ('lambda.remove_layer_version_permission', LAYER_PERMISSION)
SHARED_LAYER = {'Policy': {'Statement': [{'Sid': 'share', 'Principal': '*', 'Action': 'lambda:GetLayerVersion'}]}}
RESOURCES['aws_lambda_layer_version_permission'] = {
    'given': [('lambda.publish_layer_version', {'LayerName': 'permitted', 'Content': {'ZipFile': package(1)}})],
    'create': [ADD], 'update': [REMOVE, ADD], 'delete': [REMOVE],
    'read': [('lambda.get_layer_version_policy', LAYER_ONE, SHARED_LAYER, SHARED_LAYER, MISSING)],
    'cleanup': [('lambda.delete_layer_version', LAYER_ONE)],
}

# --- IAM ----------------------------------------------------------------------------------------------------------

for kind, owner in (('user', U), ('group', G)):
    create, delete = [(f'iam.create_{kind}', owner)], [(f'iam.delete_{kind}', owner)]
    inline = {**owner, 'PolicyName': 'inline'}
    RESOURCES[f'aws_iam_{kind}_policy'] = {
        'given': create,
        'create': [(f'iam.put_{kind}_policy', {**inline, 'PolicyDocument': json.dumps(DOCUMENTS[0])})],
        'update': [(f'iam.put_{kind}_policy', {**inline, 'PolicyDocument': json.dumps(DOCUMENTS[1])})],
        'delete': [(f'iam.delete_{kind}_policy', inline)],
        'read': [(f'iam.get_{kind}_policy', inline, *[{**inline, 'PolicyDocument': text} for text in DOCUMENTS], GONE)],
        'cleanup': delete,
    }
    RESOURCES[f'aws_iam_{kind}_policy_attachment'] = {
        'given': [*create, *CREATE_POLICY],
        'create': [(f'iam.attach_{kind}_policy', {**owner, **POLICY})],
        'update': [(f'iam.detach_{kind}_policy', {**owner, **POLICY}),
                   (f'iam.attach_{kind}_policy', {**owner, 'PolicyArn': MANAGED})],
        'delete': [(f'iam.detach_{kind}_policy', {**owner, 'PolicyArn': MANAGED})],
        'read': [(f'iam.list_attached_{kind}_policies', owner, {'AttachedPolicies': [POLICY]},
                  {'AttachedPolicies': [{'PolicyArn': MANAGED}]}, {'AttachedPolicies': []})],
        'cleanup': [('iam.delete_policy', POLICY), *delete],
    }

RESOURCES['aws_iam_user_group_membership'] = {
    'given': [('iam.create_user', U), ('iam.create_group', G), ('iam.create_group', {'GroupName': 'other'})],
    'create': [('iam.add_user_to_group', {**U, **G})],
    'update': [('iam.remove_user_from_group', {**U, **G}), ('iam.add_user_to_group', {**U, 'GroupName': 'other'})],
    'delete': [('iam.remove_user_from_group', {**U, 'GroupName': 'other'})],
    'read': [('iam.list_groups_for_user', U, {'Groups': [G]}, {'Groups': [{'GroupName': 'other'}]}, {'Groups': []}),
             ('iam.get_group', G, {'Users': [U]}, {'Users': []}, {'Users': []})],
    'cleanup': [('iam.delete_group', G), ('iam.delete_group', {'GroupName': 'other'}), ('iam.delete_user', U)],
}
RESOURCES['aws_iam_account_alias'] = {
    'create': [('iam.create_account_alias', {'AccountAlias': 'terraform-one'})],
    'update': [('iam.delete_account_alias', {'AccountAlias': 'terraform-one'}),
               ('iam.create_account_alias', {'AccountAlias': 'terraform-two'})],
    'delete': [('iam.delete_account_alias', {'AccountAlias': 'terraform-two'})],
    'read': [('iam.list_account_aliases', {}, {'AccountAliases': ['terraform-one']}, {'AccountAliases': ['terraform-two']},
              {'AccountAliases': []})],
}
PASSWORDS = [{'MinimumPasswordLength': length, 'RequireSymbols': True, 'AllowUsersToChangePassword': True} for length in (8, 12)]
RESOURCES['aws_iam_account_password_policy'] = {
    'create': [('iam.update_account_password_policy', PASSWORDS[0])],
    'update': [('iam.update_account_password_policy', PASSWORDS[1])],
    'delete': [('iam.delete_account_password_policy', {})],
    'read': [('iam.get_account_password_policy', {}, *[{'PasswordPolicy': value} for value in PASSWORDS], GONE)],
}

# --- CloudWatch Logs ----------------------------------------------------------------------------------------------

STREAM = {**GROUP, 'logStreamName': 'one'}
RESOURCES['aws_cloudwatch_log_stream'] = {
    'given': CREATE_GROUP,
    'create': [('logs.create_log_stream', STREAM)],
    # Another name is a replacement.
    'update': [('logs.delete_log_stream', STREAM), ('logs.create_log_stream', {**GROUP, 'logStreamName': 'two'})],
    'delete': [('logs.delete_log_stream', {**GROUP, 'logStreamName': 'two'})],
    'read': [('logs.describe_log_streams', GROUP, {'logStreams': [{'logStreamName': 'one'}]},
              {'logStreams': [{'logStreamName': 'two'}]}, {'logStreams': []})],
    'cleanup': DELETE_GROUP,
}
QUERY = {'name': 'terraform'}
QUERY_ID = Ref('logs.put_query_definition', 'queryDefinitionId')
QUERIES = [{'queryString': text} for text in ('fields @message', 'fields @timestamp | limit 5')]
RESOURCES['aws_cloudwatch_query_definition'] = {
    'create': [('logs.put_query_definition', {**QUERY, **QUERIES[0]})],
    'update': [('logs.put_query_definition', {**QUERY, **QUERIES[1], 'queryDefinitionId': QUERY_ID})],
    'delete': [('logs.delete_query_definition', {'queryDefinitionId': QUERY_ID})],
    'read': [('logs.describe_query_definitions', {'queryDefinitionNamePrefix': 'terraform'},
              *[{'queryDefinitions': [{**QUERY, **value}]} for value in QUERIES], {'queryDefinitions': []})],
}
