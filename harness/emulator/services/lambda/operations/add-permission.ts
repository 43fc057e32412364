import { uuid } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceConflict } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { requiredText, text } from '../parameters.ts';
import type { PolicyStatement } from '../store/entities.ts';

function renderStatement(body: JsonObject, sid: string, resource: string): PolicyStatement {
  const principal = requiredText(body, 'Principal');
  const sourceArn = text(body, 'SourceArn');
  const sourceAccount = text(body, 'SourceAccount');
  const organization = text(body, 'PrincipalOrgID');
  const urlAuthType = text(body, 'FunctionUrlAuthType');
  const condition = {
    ...(sourceAccount === undefined && organization === undefined && urlAuthType === undefined
      ? {}
      : {
          StringEquals: {
            ...(sourceAccount === undefined ? {} : { 'AWS:SourceAccount': sourceAccount }),
            ...(organization === undefined ? {} : { 'aws:PrincipalOrgID': organization }),
            ...(urlAuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': urlAuthType }),
          },
        }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: renderPrincipal(principal),
    Action: requiredText(body, 'Action'),
    Resource: resource,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  };
}

/** A service, everyone, or an account, which stands for its root. */
function renderPrincipal(principal: string): unknown {
  if (principal === '*') return '*';
  if (/\.amazonaws\.com$/.test(principal)) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

export const addPermission = defineLambdaOperation({
  name: 'AddPermission',
  http: { method: 'POST', path: '/2015-03-31/functions/{FunctionName}/policy' },
  status: 201,
  handle({ env, store, control }, input) {
    const { body } = input;
    const reference = input.reference();
    const found = store.get(reference);
    store.checkQualifier(reference);
    const qualifier = reference.qualifier ?? '';
    const statements = found.policies[qualifier] ?? [];
    const sid = requiredText(body, 'StatementId');
    control.checkRevision(found.policyRevisions[qualifier] ?? '', text(body, 'RevisionId'));
    if (statements.some((statement) => statement.Sid === sid)) {
      throw resourceConflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const statement = renderStatement(body, sid, functionArn(env, found.name, reference.qualifier));
    found.policies[qualifier] = [...statements, statement];
    found.policyRevisions[qualifier] = uuid(env.random);
    store.save(found);
    return { Statement: JSON.stringify(statement) };
  },
});
