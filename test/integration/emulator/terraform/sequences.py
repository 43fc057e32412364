"""Plays the calls of Terraform's AWS provider for the table of table.py.

`sequences.py --list` prints the names of the resources as JSON. `sequences.py ENDPOINT` prints one JSON line
per resource: {"resource": NAME, "failures": ["STEP: what differs", ...]}.
"""
import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

import other_services  # noqa: F401 (each of these modules adds its rows to RESOURCES)
import smaller_resources  # noqa: F401
from table import LEFT_OUT, RESOURCES, SHARED, Ref

ENDPOINT = sys.argv[1]
CONFIG = Config(retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'})
CLIENTS = {}
POLL_SECONDS = 0.05
LIMIT_SECONDS = 20


def client(service):
    if service not in CLIENTS:
        CLIENTS[service] = boto3.client(service, endpoint_url=ENDPOINT, config=CONFIG)
    return CLIENTS[service]


def resolve(value, answers):
    """Replaces each Ref by the member of the last answer of its operation."""
    if isinstance(value, Ref):
        found = answers[value.operation]
        for member in value.path.split('.'):
            found = found[int(member)] if isinstance(found, list) else found[member]
        return found
    if isinstance(value, dict):
        return {name: resolve(item, answers) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, answers) for item in value]
    return value


def cleaned(value, names):
    """The answer without members that are no part of a resource's state: request ids, signed links, alarm states."""
    if isinstance(value, dict):
        return {name: cleaned(item, names) for name, item in value.items() if name not in names}
    if isinstance(value, list):
        return [cleaned(item, names) for item in value]
    return value


def ask(operation, args, answers, keep=False):
    """The cleaned answer, or the error's code. `keep` lets later calls refer to the answer."""
    service, method = operation.split('.')
    try:
        answer = getattr(client(service), method)(**resolve(args, answers))
    except ClientError as error:
        if keep:  # A call that must succeed: the failure shows AWS's text, too.
            return f"{error.response['Error']['Code']}: {error.response['Error'].get('Message')}"
        return error.response['Error']['Code']
    if hasattr(answer.get('Body'), 'read'):
        answer['Body'] = answer['Body'].read()
    if keep:
        answers[operation] = answer
    return cleaned(answer, LEFT_OUT.get(operation, []) + ['ResponseMetadata'])


def difference(expected, found, path=''):
    """None where `found` has everything that `expected` says; otherwise where they differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, item in expected.items():
            told = difference(item, found.get(name), f'{path}.{name}')
            if told:
                return told
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (item, other) in enumerate(zip(expected, found)):
            told = difference(item, other, f'{path}[{index}]')
            if told:
                return told
        return None
    # Policies: AWS returns some as objects (IAM, decoded by boto3) and others as text.
    if isinstance(expected, dict) and isinstance(found, str) and found.startswith('{'):
        return difference(expected, json.loads(found), path)
    return None if expected == found else f'{path or "answer"} is {found!r}, expected {expected!r}'


def play(calls, answers):
    """Makes calls that must succeed. `wait SERVICE.WAITER` waits as the provider does; `until` polls for an answer."""
    for kind, args, *rest in calls:
        if kind.startswith('wait '):
            service, waiter = kind[5:].split('.')
            limits = {'Delay': POLL_SECONDS, 'MaxAttempts': int(LIMIT_SECONDS / POLL_SECONDS)}
            try:
                client(service).get_waiter(waiter).wait(**resolve(args, answers), WaiterConfig=limits)
            except WaiterError as error:
                return f'{kind}: {error}'
        elif kind.startswith('until '):
            end = time.monotonic() + LIMIT_SECONDS
            while told := difference(rest[0], ask(kind[6:], args, answers)):
                if time.monotonic() > end:
                    return f'{kind}: {told}'
                time.sleep(POLL_SECONDS)
        else:
            answer = ask(kind, args, answers, keep=True)
            if isinstance(answer, str):
                return f'{kind}: {answer}'
    return None


def read(resource, step, column, answers, failures):
    """Reads the resource twice: each answer must be the one expected at this step, the second equal to the first."""
    first = [ask(row[0], row[1], answers) for row in resource['read']]
    second = [ask(row[0], row[1], answers) for row in resource['read']]
    for (operation, _, *expected), one, two in zip(resource['read'], first, second):
        told = difference(resolve(expected[column], answers), one)
        if told:
            failures.append(f'{step}: {operation}: {told}')
        if one != two:
            failures.append(f'{step}: {operation}: drift: {one!r}, then {two!r}')


def sequence(resource, shared):
    """create, read, read again, update, read, delete, read: the failures of all these steps."""
    answers, failures = dict(shared), []
    steps = [('given', None), ('create', 0), ('update', 1), ('delete', 2), ('cleanup', None)]
    for step, column in steps:
        told = play(resource.get(step, []), answers)
        if told:
            failures.append(f'{step}: {told}')
            if step in ('given', 'create'):
                return failures
        if column is not None:
            read(resource, f'read after {step}', column, answers, failures)
    return failures


def main():
    if ENDPOINT == '--list':
        print(json.dumps(list(RESOURCES)))
        return
    shared = {}
    told = play(SHARED, shared)
    if told:
        sys.exit(f'shared resources: {told}')
    for name, resource in RESOURCES.items():
        try:
            failures = sequence(resource, shared)
        except Exception as error:  # boto3 cannot read an answer, or the answer lacks what a Ref names.
            failures = [f'{type(error).__name__}: {error}']
        print(json.dumps({'resource': name, 'failures': failures}), flush=True)


main()
