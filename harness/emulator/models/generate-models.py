"""Generates the compact service models of this folder from AWS's published models, as botocore carries them.

    pip install botocore && python3 generate-models.py

Each table keeps, of every operation, its HTTP binding and its input; of the shapes that an input reaches, the type,
the constraints (required, min, max, pattern, enum, sensitive) and where a member is found on the wire. Documentation, errors and
outputs are left out. The tables are data: no file here is edited by hand.
"""

import json
import pathlib

import botocore
from botocore.loaders import Loader

SERVICES = ['cloudwatch', 'iam', 'lambda', 'logs', 's3', 'stepfunctions', 'sts']
CONSTRAINTS = ['min', 'max', 'pattern', 'enum', 'required', 'sensitive']
HERE = pathlib.Path(__file__).parent


def member(reference):
    kept = {'shape': reference['shape']}
    for source, target in [('location', 'in'), ('locationName', 'name'), ('streaming', 'streaming')]:
        if source in reference:
            kept[target] = reference[source]
    return kept


def shape(model):
    kept = {'type': model['type']}
    for name in CONSTRAINTS:
        if name in model:
            kept[name] = model[name]
    if model['type'] == 'structure':
        kept['members'] = {name: member(reference) for name, reference in model['members'].items()}
        if 'payload' in model:
            kept['payload'] = model['payload']
    if model['type'] == 'list':
        kept['member'] = member(model['member'])
        if model.get('flattened'):
            kept['flattened'] = True
    if model['type'] == 'map':
        kept['key'] = member(model['key'])
        kept['value'] = member(model['value'])
    if 'timestampFormat' in model:
        kept['timestampFormat'] = model['timestampFormat']
    return kept


def reach(model, name, shapes):
    if name in shapes:
        return
    source = model['shapes'][name]
    shapes[name] = shape(source)
    for reference in [*source.get('members', {}).values(), *(source[part] for part in ('member', 'key', 'value') if part in source)]:
        reach(model, reference['shape'], shapes)


def table(service):
    loader = Loader()
    version = loader.determine_latest_version(service, 'service-2')
    model = loader.load_service_model(service, 'service-2', version)
    shapes = {}
    operations = {}
    for name, operation in sorted(model['operations'].items()):
        entry = {'http': [operation['http']['method'], operation['http']['requestUri']]}
        if operation['http'].get('responseCode', 200) != 200:
            entry['status'] = operation['http']['responseCode']
        if 'input' in operation:
            entry['input'] = operation['input']['shape']
            reach(model, entry['input'], shapes)
        operations[name] = entry
    return {
        'source': f'botocore {botocore.__version__} data/{service}/{version}/service-2.json',
        'operations': operations,
        'shapes': dict(sorted(shapes.items())),
    }


def not_served():
    """Protocols of the services that the emulator does not serve: it tells their clients so in their own protocol."""
    loader = Loader()
    protocols = {}
    targets = {}
    for service in loader.list_available_services('service-2'):
        if service in SERVICES:
            continue
        metadata = loader.load_service_model(service, 'service-2')['metadata']
        protocol = metadata['protocol']
        if protocol == 'smithy-rpc-v2-cbor':
            protocol = next((one for one in metadata['protocols'] if one != protocol), protocol)
        signing_name = metadata.get('signingName', metadata['endpointPrefix'])
        protocols.setdefault(signing_name, protocol)
        protocols.setdefault(metadata['endpointPrefix'], protocol)
        if 'targetPrefix' in metadata:
            targets[metadata['targetPrefix']] = signing_name
    return {
        'source': f'botocore {botocore.__version__}',
        'protocols': dict(sorted(protocols.items())),
        'targets': dict(sorted(targets.items())),
    }


(HERE / 'not-served.json').write_text(json.dumps(not_served(), indent=0, separators=(',', ':')) + '\n')

for service in SERVICES:
    made = table(service)
    lines = []
    for part in ('operations', 'shapes'):
        rows = ',\n'.join(f'{json.dumps(name)}:{json.dumps(value, separators=(",", ":"))}' for name, value in made[part].items())
        lines.append(f'"{part}":{{\n{rows}\n}}')
    text = f'{{"source":{json.dumps(made["source"])},\n' + ',\n'.join(lines) + '}\n'
    (HERE / f'{service}.json').write_text(text)
