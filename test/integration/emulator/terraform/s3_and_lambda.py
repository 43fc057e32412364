"""The resources of S3 and Lambda; table.py describes the rows."""
import json

from table import MISSING, NEW_TAGS, RESOURCES, ROLE, TAGS, Ref, package, policy, same

# --- S3 -----------------------------------------------------------------------------------------------------------

B = {'Bucket': 'terraform-bucket'}
NO_BUCKET = 'NoSuchBucket'
AES = {'ServerSideEncryptionConfiguration': {
    'Rules': [{'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}}]}}
RESOURCES['aws_s3_bucket'] = {
    'create': [('s3.create_bucket', B), ('wait s3.bucket_exists', B)],
    'read': [
        same('s3.head_bucket', B, {'BucketRegion': 'us-east-1'}, '404'),
        same('s3.get_bucket_policy', B, 'NoSuchBucketPolicy', NO_BUCKET),
        same('s3.get_bucket_acl', B, {'Grants': [{'Permission': 'FULL_CONTROL'}]}, NO_BUCKET),
        same('s3.get_bucket_cors', B, 'NoSuchCORSConfiguration', NO_BUCKET),
        same('s3.get_bucket_website', B, 'NoSuchWebsiteConfiguration', NO_BUCKET),
        same('s3.get_bucket_versioning', B, {'Status': None, 'MFADelete': None}, NO_BUCKET),
        same('s3.get_bucket_accelerate_configuration', B, {'Status': None}, NO_BUCKET),
        same('s3.get_bucket_request_payment', B, {'Payer': 'BucketOwner'}, NO_BUCKET),
        same('s3.get_bucket_logging', B, {'LoggingEnabled': None}, NO_BUCKET),
        same('s3.get_bucket_lifecycle_configuration', B, 'NoSuchLifecycleConfiguration', NO_BUCKET),
        same('s3.get_bucket_replication', B, 'ReplicationConfigurationNotFoundError', NO_BUCKET),
        same('s3.get_bucket_encryption', B, AES, NO_BUCKET),
        same('s3.get_object_lock_configuration', B, 'ObjectLockConfigurationNotFoundError', NO_BUCKET),
        same('s3.get_bucket_location', B, {'LocationConstraint': None}, NO_BUCKET),
        ('s3.get_bucket_tagging', B, 'NoSuchTagSet', {'TagSet': TAGS}, NO_BUCKET),
    ],
    'update': [('s3.put_bucket_tagging', {**B, 'Tagging': {'TagSet': TAGS}})],
    'delete': [('s3.delete_bucket', B)],
}


def bucket_part(name, put, member, values, get, expected, delete, gone, given=(), cleanup=()):
    """A resource that is one configuration of a bucket. `delete` is an operation, or the last value that is put."""
    updates = [(f's3.{put}', {**B, member: value}) for value in values]
    removal = (f's3.{delete}', B) if isinstance(delete, str) else (f's3.{put}', {**B, member: delete})
    RESOURCES[name] = {
        'given': [('s3.create_bucket', B), *given],
        'create': updates[:1], 'update': updates[1:], 'delete': [removal],
        'read': [(f's3.{get}', B, *expected, gone)],
        'cleanup': [*cleanup, ('s3.delete_bucket', B)],
    }


def whole(member, values):
    return [{member: value} for value in values]


STATES = [{'Status': 'Enabled'}, {'Status': 'Suspended'}]
bucket_part('aws_s3_bucket_versioning', 'put_bucket_versioning', 'VersioningConfiguration', STATES,
            'get_bucket_versioning', STATES, {'Status': 'Suspended'}, {'Status': 'Suspended'})

OBJECTS = 'arn:aws:s3:::terraform-bucket/*'
POLICIES = [policy('s3:GetObject', resource=OBJECTS, principal={'Service': 'logging.s3.amazonaws.com'}),
            policy('s3:PutObject', resource=OBJECTS, principal={'Service': 'logging.s3.amazonaws.com'})]
bucket_part('aws_s3_bucket_policy', 'put_bucket_policy', 'Policy', [json.dumps(p) for p in POLICIES],
            'get_bucket_policy', whole('Policy', POLICIES), 'delete_bucket_policy', 'NoSuchBucketPolicy')

CORS = [{'CORSRules': [{'AllowedMethods': methods, 'AllowedOrigins': ['https://a.example'], 'MaxAgeSeconds': 60,
                        'ExposeHeaders': ['ETag'], 'AllowedHeaders': ['*'], 'ID': 'one'}]}
        for methods in (['GET'], ['GET', 'PUT'])]
bucket_part('aws_s3_bucket_cors_configuration', 'put_bucket_cors', 'CORSConfiguration', CORS,
            'get_bucket_cors', CORS, 'delete_bucket_cors', 'NoSuchCORSConfiguration')

LIFECYCLES = [{'Rules': [{'ID': 'old', 'Status': 'Enabled', 'Filter': {'Prefix': 'logs/'}, 'Expiration': {'Days': days},
                          'AbortIncompleteMultipartUpload': {'DaysAfterInitiation': 3}}]} for days in (30, 60)]
LIFECYCLES[1]['Rules'].append({'ID': 'cold', 'Status': 'Disabled', 'Filter': {'And': {'Prefix': 'a/', 'Tags': TAGS}},
                               'Transitions': [{'Days': 30, 'StorageClass': 'STANDARD_IA'}],
                               'NoncurrentVersionExpiration': {'NoncurrentDays': 9, 'NewerNoncurrentVersions': 2}})
bucket_part('aws_s3_bucket_lifecycle_configuration', 'put_bucket_lifecycle_configuration', 'LifecycleConfiguration',
            LIFECYCLES, 'get_bucket_lifecycle_configuration',
            [{**value, 'TransitionDefaultMinimumObjectSize': 'all_storage_classes_128K'} for value in LIFECYCLES],
            'delete_bucket_lifecycle', 'NoSuchLifecycleConfiguration')

KMS = {'Rules': [{'ApplyServerSideEncryptionByDefault': {
    'SSEAlgorithm': 'aws:kms', 'KMSMasterKeyID': 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555'},
    'BucketKeyEnabled': True}]}
ENCRYPTIONS = [AES['ServerSideEncryptionConfiguration'], KMS]
bucket_part('aws_s3_bucket_server_side_encryption_configuration', 'put_bucket_encryption',
            'ServerSideEncryptionConfiguration', ENCRYPTIONS, 'get_bucket_encryption',
            whole('ServerSideEncryptionConfiguration', ENCRYPTIONS), 'delete_bucket_encryption', AES)

BLOCKS = [{'BlockPublicAcls': True, 'IgnorePublicAcls': value, 'BlockPublicPolicy': True, 'RestrictPublicBuckets': value}
          for value in (True, False)]
bucket_part('aws_s3_bucket_public_access_block', 'put_public_access_block', 'PublicAccessBlockConfiguration', BLOCKS,
            'get_public_access_block', whole('PublicAccessBlockConfiguration', BLOCKS), 'delete_public_access_block',
            'NoSuchPublicAccessBlockConfiguration')

OWNERS = [{'Rules': [{'ObjectOwnership': value}]} for value in ('BucketOwnerPreferred', 'ObjectWriter')]
bucket_part('aws_s3_bucket_ownership_controls', 'put_bucket_ownership_controls', 'OwnershipControls', OWNERS,
            'get_bucket_ownership_controls', whole('OwnershipControls', OWNERS), 'delete_bucket_ownership_controls',
            'OwnershipControlsNotFoundError')

WEBSITES = [{'IndexDocument': {'Suffix': 'index.html'}, 'ErrorDocument': {'Key': key},
             'RoutingRules': [{'Condition': {'KeyPrefixEquals': 'docs/'}, 'Redirect': {'ReplaceKeyPrefixWith': 'd/'}}]}
            for key in ('error.html', 'other.html')]
bucket_part('aws_s3_bucket_website_configuration', 'put_bucket_website', 'WebsiteConfiguration', WEBSITES,
            'get_bucket_website', WEBSITES, 'delete_bucket_website', 'NoSuchWebsiteConfiguration')

SETS = [{'TagSet': TAGS}, {'TagSet': NEW_TAGS}]
bucket_part('tags of aws_s3_bucket', 'put_bucket_tagging', 'Tagging', SETS, 'get_bucket_tagging', SETS,
            'delete_bucket_tagging', 'NoSuchTagSet')

# --- Lambda -------------------------------------------------------------------------------------------------------

F = {'FunctionName': 'terraform'}
ARN = Ref('lambda.create_function', 'FunctionArn')
CREATE_FUNCTION = [
    ('lambda.create_function', {**F, 'Runtime': 'nodejs20.x', 'Handler': 'index.handler', 'Role': ROLE,
                                'Code': {'ZipFile': package(1)}, 'Timeout': 3, 'MemorySize': 128, 'Publish': True,
                                'Environment': {'Variables': {'STAGE': '1'}}, 'Tags': {'team': 'a'}}),
    ('wait lambda.function_active_v2', F),
]
DELETE_FUNCTION = [('lambda.delete_function', F)]
CONFIGURATION = {'Runtime': 'nodejs20.x', 'Handler': 'index.handler', 'Role': ROLE, 'State': 'Active',
                 'LastUpdateStatus': 'Successful', 'PackageType': 'Zip', 'Architectures': ['x86_64'],
                 'TracingConfig': {'Mode': 'PassThrough'}, 'EphemeralStorage': {'Size': 512},
                 'LoggingConfig': {'LogFormat': 'Text', 'LogGroup': '/aws/lambda/terraform'},
                 'SnapStart': {'ApplyOn': 'None', 'OptimizationStatus': 'Off'}}
BEFORE = {**CONFIGURATION, 'Timeout': 3, 'MemorySize': 128, 'Environment': {'Variables': {'STAGE': '1'}}}
AFTER = {**CONFIGURATION, 'Timeout': 9, 'MemorySize': 256, 'Environment': {'Variables': {'LEVEL': '2'}},
         'Description': 'changed'}
RESOURCES['aws_lambda_function'] = {
    'create': CREATE_FUNCTION,
    'read': [
        ('lambda.get_function', F, {'Configuration': BEFORE, 'Tags': {'team': 'a'}, 'Concurrency': None},
         {'Configuration': AFTER, 'Tags': {'team': 'b'}, 'Concurrency': {'ReservedConcurrentExecutions': 5}}, MISSING),
        ('lambda.get_function_configuration', F, BEFORE, AFTER, MISSING),
        ('lambda.get_function_concurrency', F, {'ReservedConcurrentExecutions': None},
         {'ReservedConcurrentExecutions': 5}, MISSING),
        ('lambda.list_versions_by_function', F, {'Versions': [{'Version': '$LATEST'}, {'Version': '1'}]},
         {'Versions': [{'Version': '$LATEST'}, {'Version': '1'}, {'Version': '2'}]}, MISSING),
        same('lambda.get_function_code_signing_config', F, {'CodeSigningConfigArn': None}, MISSING),
        ('lambda.list_tags', {'Resource': ARN}, {'Tags': {'team': 'a'}}, {'Tags': {'team': 'b'}}, MISSING),
        same('lambda.get_policy', F, MISSING, MISSING),
    ],
    'update': [
        ('lambda.tag_resource', {'Resource': ARN, 'Tags': {'team': 'b'}}),
        ('lambda.update_function_configuration', {
            **F, 'Timeout': 9, 'MemorySize': 256, 'Environment': {'Variables': {'LEVEL': '2'}}, 'Description': 'changed'}),
        ('wait lambda.function_updated_v2', F),
        ('lambda.update_function_code', {**F, 'ZipFile': package(2)}),
        ('wait lambda.function_updated_v2', F),
        ('lambda.put_function_concurrency', {**F, 'ReservedConcurrentExecutions': 5}),
        ('lambda.publish_version', F),
        ('wait lambda.published_version_active', {**F, 'Qualifier': '2'}),
    ],
    'delete': DELETE_FUNCTION,
}


def function_part(name, create, update, delete, read, given=(), cleanup=()):
    """A resource that belongs to a function."""
    RESOURCES[name] = {'given': [*CREATE_FUNCTION, ('wait lambda.published_version_active', {**F, 'Qualifier': '1'}), *given],
                       'create': create, 'update': update, 'delete': delete, 'read': read,
                       'cleanup': [*cleanup, *DELETE_FUNCTION]}


ALIAS = {**F, 'Name': 'live'}
function_part(
    'aws_lambda_alias',
    [('lambda.create_alias', {**ALIAS, 'FunctionVersion': '1', 'Description': 'first'})],
    [('lambda.update_function_code', {**F, 'ZipFile': package(2), 'Publish': True}),
     ('wait lambda.published_version_active', {**F, 'Qualifier': '2'}),
     ('lambda.update_alias', {**ALIAS, 'FunctionVersion': '1', 'Description': 'second',
                              'RoutingConfig': {'AdditionalVersionWeights': {'2': 0.25}}})],
    [('lambda.delete_alias', ALIAS)],
    [('lambda.get_alias', ALIAS, {'FunctionVersion': '1', 'Description': 'first', 'RoutingConfig': None},
      {'Description': 'second', 'RoutingConfig': {'AdditionalVersionWeights': {'2': 0.25}}}, MISSING)])

PERMISSION = {**F, 'StatementId': 'AllowS3', 'Action': 'lambda:InvokeFunction', 'Principal': 's3.amazonaws.com'}
SOURCES = ['arn:aws:s3:::one', 'arn:aws:s3:::two']
REMOVE_PERMISSION = ('lambda.remove_permission', {**F, 'StatementId': 'AllowS3'})
function_part(
    'aws_lambda_permission',
    [('lambda.add_permission', {**PERMISSION, 'SourceArn': SOURCES[0]})],
    [REMOVE_PERMISSION, ('lambda.add_permission', {**PERMISSION, 'SourceArn': SOURCES[1]})],
    [REMOVE_PERMISSION],
    [('lambda.get_policy', F, *[
        {'Policy': {'Version': '2012-10-17', 'Id': 'default', 'Statement': [{
            'Sid': 'AllowS3', 'Effect': 'Allow', 'Principal': {'Service': 's3.amazonaws.com'},
            'Action': 'lambda:InvokeFunction', 'Resource': ARN, 'Condition': {'ArnLike': {'AWS:SourceArn': source}}}]}}
        for source in SOURCES], MISSING)])

LAYER = {'LayerName': 'terraform'}
RESOURCES['aws_lambda_layer_version'] = {
    'create': [('lambda.publish_layer_version', {**LAYER, 'Content': {'ZipFile': package(1)}, 'Description': 'first',
                                                 'CompatibleRuntimes': ['nodejs20.x'], 'LicenseInfo': 'MIT'})],
    # A changed layer is a new version; Terraform then deletes the old one.
    'update': [('lambda.publish_layer_version', {**LAYER, 'Content': {'ZipFile': package(2)}, 'Description': 'second'}),
               ('lambda.delete_layer_version', {**LAYER, 'VersionNumber': 1})],
    'delete': [('lambda.delete_layer_version', {**LAYER, 'VersionNumber': 2})],
    'read': [
        ('lambda.get_layer_version', {**LAYER, 'VersionNumber': 1},
         {'Description': 'first', 'CompatibleRuntimes': ['nodejs20.x'], 'LicenseInfo': 'MIT', 'Version': 1}, MISSING, MISSING),
        ('lambda.get_layer_version', {**LAYER, 'VersionNumber': 2}, MISSING, {'Description': 'second', 'Version': 2}, MISSING),
        ('lambda.list_layer_versions', LAYER, {'LayerVersions': [{'Version': 1}]}, {'LayerVersions': [{'Version': 2}]},
         {'LayerVersions': []}),
    ],
}

URL_PERMISSION = {**F, 'StatementId': 'FunctionURLAllowPublicAccess'}
function_part(
    'aws_lambda_function_url',
    [('lambda.create_function_url_config', {**F, 'AuthType': 'NONE', 'InvokeMode': 'BUFFERED'}),
     ('lambda.add_permission', {**URL_PERMISSION, 'Action': 'lambda:InvokeFunctionUrl', 'Principal': '*',
                                'FunctionUrlAuthType': 'NONE'})],
    [('lambda.update_function_url_config', {**F, 'AuthType': 'AWS_IAM', 'InvokeMode': 'RESPONSE_STREAM',
                                            'Cors': {'AllowOrigins': ['*'], 'MaxAge': 60}}),
     ('lambda.remove_permission', URL_PERMISSION)],
    [('lambda.delete_function_url_config', F)],
    [('lambda.get_function_url_config', F,
      {'AuthType': 'NONE', 'InvokeMode': 'BUFFERED', 'FunctionArn': ARN, 'Cors': None},
      {'AuthType': 'AWS_IAM', 'InvokeMode': 'RESPONSE_STREAM', 'Cors': {'AllowOrigins': ['*'], 'MaxAge': 60}}, MISSING)])

EVENTS = [{'MaximumRetryAttempts': 0, 'MaximumEventAgeInSeconds': 60}, {'MaximumRetryAttempts': 1, 'MaximumEventAgeInSeconds': 90}]
function_part(
    'aws_lambda_function_event_invoke_config',
    [('lambda.put_function_event_invoke_config', {**F, **EVENTS[0]})],
    [('lambda.put_function_event_invoke_config', {**F, **EVENTS[1]})],
    [('lambda.delete_function_event_invoke_config', F)],
    [('lambda.get_function_event_invoke_config', F, *EVENTS, MISSING)])

READY = {'Status': 'READY'}
PROVISIONED = {**F, 'Qualifier': '1'}
function_part(
    'aws_lambda_provisioned_concurrency_config',
    *[[('lambda.put_provisioned_concurrency_config', {**PROVISIONED, 'ProvisionedConcurrentExecutions': count}),
       ('until lambda.get_provisioned_concurrency_config', PROVISIONED, READY)] for count in (1, 2)],
    [('lambda.delete_provisioned_concurrency_config', PROVISIONED)],
    [('lambda.get_provisioned_concurrency_config', PROVISIONED,
      {**READY, 'RequestedProvisionedConcurrentExecutions': 1, 'AllocatedProvisionedConcurrentExecutions': 1},
      {**READY, 'RequestedProvisionedConcurrentExecutions': 2, 'AllocatedProvisionedConcurrentExecutions': 2},
      'ProvisionedConcurrencyConfigNotFoundException')])

# A notification and an object need a bucket, the notification a function as well.
NOTIFICATIONS = [
    {'EventBridgeConfiguration': {}},
    {'LambdaFunctionConfigurations': [{'Id': 'tf', 'LambdaFunctionArn': ARN, 'Events': ['s3:ObjectCreated:*'], 'Filter': {
        'Key': {'FilterRules': [{'Name': 'Prefix', 'Value': 'in/'}, {'Name': 'Suffix', 'Value': '.csv'}]}}}]}]
bucket_part('aws_s3_bucket_notification', 'put_bucket_notification_configuration', 'NotificationConfiguration',
            NOTIFICATIONS, 'get_bucket_notification_configuration',
            [{**NOTIFICATIONS[0], 'LambdaFunctionConfigurations': None},
             {**NOTIFICATIONS[1], 'EventBridgeConfiguration': None}], {},
            {'LambdaFunctionConfigurations': None, 'EventBridgeConfiguration': None},
            given=[*CREATE_FUNCTION, ('lambda.add_permission', {**PERMISSION, 'SourceArn': 'arn:aws:s3:::terraform-bucket'})],
            cleanup=DELETE_FUNCTION)

O = {**B, 'Key': 'folder/object.txt'}
RESOURCES['aws_s3_object'] = {
    'given': [('s3.create_bucket', B)],
    'create': [('s3.put_object', {**O, 'Body': b'one', 'ContentType': 'text/plain', 'Tagging': 'team=a', 'Metadata': {'m': '1'}})],
    'update': [('s3.put_object', {**O, 'Body': b'second', 'ContentType': 'text/csv', 'CacheControl': 'no-cache',
                                  'Tagging': 'team=b'})],
    'delete': [('s3.list_object_versions', {**B, 'Prefix': O['Key']}), ('s3.delete_object', O)],
    'read': [
        ('s3.head_object', {**O, 'ChecksumMode': 'ENABLED'},
         {'ContentLength': 3, 'ContentType': 'text/plain', 'Metadata': {'m': '1'}, 'ServerSideEncryption': 'AES256',
          'ETag': '"f97c5d29941bfb1b2fdab0874906ab82"'},
         {'ContentLength': 6, 'ContentType': 'text/csv', 'CacheControl': 'no-cache', 'Metadata': {}}, '404'),
        ('s3.get_object_tagging', O, {'TagSet': TAGS}, {'TagSet': NEW_TAGS}, 'NoSuchKey'),
    ],
    'cleanup': [('s3.delete_bucket', B)],
}
