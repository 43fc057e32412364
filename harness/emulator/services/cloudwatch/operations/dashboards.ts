/** Dashboards are kept and returned; nothing draws them. */
import type {
  DeleteDashboardsCommandInput,
  GetDashboardCommandInput,
  ListDashboardsCommandInput,
  PutDashboardCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { defineOperation } from '../../../http/operation.ts';
import { pageOf } from '../../../http/pages.ts';
import { tagRecord } from '../alarms/tags.ts';
import { type CloudWatchContext, cloudWatchCall, dashboardArn } from '../context.ts';
import { invalidDashboard, invalidNextToken, invalidValue, noSuchDashboard } from '../errors.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
const NAME = /^[\w-]{1,255}$/;
const PAGE_DASHBOARDS = 1000;

export const putDashboard = defineOperation<CloudWatchContext, PutDashboardCommandInput>({
  name: 'PutDashboard',
  permission: ({ DashboardName }, { env }) => [
    cloudWatchCall('PutDashboard', dashboardArn(env, DashboardName)),
  ],
  handle({ env, alarms }, { DashboardName: name, DashboardBody: body, Tags }) {
    if (!NAME.test(name)) {
      throw invalidValue(
        'The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n',
      );
    }
    if (!isJsonObject(body)) {
      throw invalidDashboard('The field DashboardBody must be a valid JSON object.');
    }
    const tags = alarms.dashboards.get(name)?.tags ?? tagRecord(Tags);
    alarms.dashboards.set(name, { name, body, modifiedMs: env.clock.nowMs(), tags });
    alarms.save();
    return { DashboardValidationMessages: [] };
  },
});

export const getDashboard = defineOperation<CloudWatchContext, GetDashboardCommandInput>({
  name: 'GetDashboard',
  permission: ({ DashboardName }, { env }) => [
    cloudWatchCall('GetDashboard', dashboardArn(env, DashboardName)),
  ],
  handle({ env, alarms }, { DashboardName: name }) {
    const found = alarms.dashboards.get(name);
    if (!found) throw noSuchDashboard(name);
    return { DashboardArn: dashboardArn(env, name), DashboardBody: found.body, DashboardName: name };
  },
});

export const listDashboards = defineOperation<CloudWatchContext, ListDashboardsCommandInput>({
  name: 'ListDashboards',
  permission: () => [cloudWatchCall('ListDashboards')],
  handle({ env, alarms }, { DashboardNamePrefix: prefix = '', NextToken: nextToken }) {
    const found = [...alarms.dashboards.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageOf(found, {
      list: `ListDashboards ${prefix}`,
      maxResults: PAGE_DASHBOARDS,
      nextToken,
      keyOf: ({ name }) => name,
      invalidToken: invalidNextToken,
    });
    return {
      DashboardEntries: page.entries.map(({ name, body, modifiedMs }) => ({
        DashboardName: name,
        DashboardArn: dashboardArn(env, name),
        LastModified: new Date(modifiedMs),
        Size: Buffer.byteLength(body),
      })),
      NextToken: page.nextToken,
    };
  },
});

export const deleteDashboards = defineOperation<CloudWatchContext, DeleteDashboardsCommandInput>({
  name: 'DeleteDashboards',
  permission: ({ DashboardNames = [] }, { env }) =>
    (DashboardNames.length > 0 ? DashboardNames : [undefined]).map((name) =>
      cloudWatchCall('DeleteDashboards', dashboardArn(env, name)),
    ),
  handle({ alarms }, { DashboardNames: names }) {
    // All or none, as documented.
    const missing = names.filter((name) => !alarms.dashboards.has(name));
    if (missing.length > 0) throw noSuchDashboard(missing.join(', '));
    for (const name of names) alarms.dashboards.delete(name);
    alarms.save();
    return {};
  },
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
