"""Generates aws-managed-policies.ndjson.br from AWS's managed policies, as moto retrieves them from IAM.

    pip install moto brotli && python3 generate-aws-managed-policies.py

The first line names source and date; each further line is one policy:
[name, path, default version, created (s), updated (s), document]. Nothing is edited by hand.
"""

import importlib.metadata
import json
import pathlib
from datetime import datetime

import brotli
from moto.iam.aws_managed_policies import aws_managed_policies_data

HERE = pathlib.Path(__file__).parent


def seconds(date):
    return int(datetime.fromisoformat(date).timestamp())


policies = json.loads(aws_managed_policies_data)
newest = max(policy['UpdateDate'] for policy in policies.values())
header = {'source': f"moto {importlib.metadata.version('moto')}", 'newestPolicy': newest[:10]}
lines = [json.dumps(header)]
for name, policy in sorted(policies.items()):
    row = [
        name,
        policy['Path'],
        policy['DefaultVersionId'],
        seconds(policy['CreateDate']),
        seconds(policy['UpdateDate']),
        policy['Document'],
    ]
    lines.append(json.dumps(row, separators=(',', ':')))
text = '\n'.join(lines).encode()
(HERE / 'aws-managed-policies.ndjson.br').write_bytes(brotli.compress(text, quality=11, lgwin=24))
print(len(policies), 'policies,', len(text), 'bytes')
