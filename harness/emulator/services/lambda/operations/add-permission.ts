import { uuid } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, resourceConflict, validation } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { requiredText, text } from '../parameters.ts';
import { policyHolder, refuseLatest } from '../resource-policy.ts';
import type { PolicyStatement } from '../store/entities.ts';

/** Members of the request that become conditions. */
const EQUALS: readonly (readonly [string, string])[] = [
  ['FunctionUrlAuthType', 'lambda:FunctionUrlAuthType'],
  ['PrincipalOrgID', 'aws:PrincipalOrgID'],
  ['EventSourceToken', 'lambda:EventSourceToken'],
  ['SourceAccount', 'AWS:SourceAccount'],
];

function renderStatement(body: JsonObject, sid: string, resource: string): PolicyStatement {
  const principal = renderPrincipal(requiredText(body, 'Principal'));
  const equals = EQUALS.flatMap(([member, key]) => {
    const value = text(body, member);
    return value === undefined ? [] : [[key, value] as const];
  });
  const viaUrl = body['InvokedViaFunctionUrl'];
  const sourceArn = text(body, 'SourceArn');
  const condition = {
    ...(equals.length > 0 ? { StringEquals: Object.fromEntries(equals) } : {}),
    ...(typeof viaUrl === 'boolean' ? { Bool: { 'lambda:InvokedViaFunctionUrl': String(viaUrl) } } : {}),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: principal,
    Action: requiredText(body, 'Action'),
    Resource: resource,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  };
}

/** A service, everyone, a principal's ARN, or an account, which stands for its root. */
function renderPrincipal(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)$/.test(principal)) return { Service: principal };
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[\w-]*:(?:iam|sts)::\d{12}:/.test(principal)) return { AWS: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

export const addPermission = defineLambdaOperation({
  name: 'AddPermission',
  http: { method: 'POST', path: '/2015-03-31/functions/{FunctionName}/policy' },
  status: 201,
  handle({ env, store, control }, input) {
    const { body } = input;
    const reference = input.reference();
    const sid = requiredText(body, 'StatementId');
    if (!/^[a-zA-Z0-9-_]+$/.test(sid)) {
      throw validation(
        sid,
        'statementId',
        'Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)',
      );
    }
    const found = store.get({ name: reference.name });
    refuseLatest(reference);
    const statement = renderStatement(body, sid, functionArn(env, found.name, reference.qualifier));
    const holder = policyHolder(store, env, found, reference);
    const qualifier = reference.qualifier ?? '';
    const statements = found.policies[qualifier] ?? [];
    control.checkRevision(holder.revisionId, text(body, 'RevisionId'));
    if (statements.some((one) => one.Sid === sid)) {
      throw resourceConflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    found.policies[qualifier] = [...statements, statement];
    holder.revisionId = uuid(env.random);
    store.save(found);
    return { Statement: JSON.stringify(statement) };
  },
});
