"""The resources of Terraform's AWS provider that the emulator serves, each with the calls that the provider makes.

`create`, `update` and `delete` are calls that must succeed. A row of `read` is (operation, arguments, expected after
create, after update, after delete): an object names members that the answer must have, a text is an error's code.
`given` and `cleanup` make and remove what the resource needs.
"""
import io
import json
import zipfile


class Ref:
    """A member of the last answer of an operation: `Ref('iam.create_role', 'Role.Arn')`."""

    def __init__(self, operation, path):
        self.operation, self.path = operation, path


def package(answer):
    """A deployment package whose handler returns `answer`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, 'w') as file:
        file.writestr('index.mjs', f'export const handler = async () => {json.dumps(answer)};')
    return content.getvalue()


def policy(*actions, resource=None, principal=None, sid='Terraform'):
    statement = {'Sid': sid, 'Effect': 'Allow', 'Action': list(actions)}
    if resource:
        statement['Resource'] = resource
    if principal:
        statement['Principal'] = principal
    return {'Version': '2012-10-17', 'Statement': [statement]}


# What changes without a change of the resource: signed links, and the state of an alarm.
LEFT_OUT = {
    'lambda.get_function': ['Location'],
    'lambda.get_layer_version': ['Location'],
    'cloudwatch.describe_alarms': [
        'StateValue', 'StateReason', 'StateReasonData', 'StateUpdatedTimestamp', 'StateTransitionedTimestamp'],
}

TRUST = policy('sts:AssumeRole', principal={'Service': ['lambda.amazonaws.com', 'states.amazonaws.com']})
NEW_TRUST = policy('sts:AssumeRole', principal={'Service': 'lambda.amazonaws.com'}, sid='Changed')
SHARED = [('iam.create_role', {'RoleName': 'shared', 'AssumeRolePolicyDocument': json.dumps(TRUST)})]
ROLE = Ref('iam.create_role', 'Role.Arn')
MISSING, GONE = 'ResourceNotFoundException', 'NoSuchEntity'
TAGS, NEW_TAGS = [{'Key': 'team', 'Value': 'a'}], [{'Key': 'team', 'Value': 'b'}]
RESOURCES = {}


def same(operation, args, there, gone):
    """A row whose answer an update leaves as it is."""
    return (operation, args, there, there, gone)
