import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatchFixture, startCloudWatch } from './fixture.ts';

let rig: CloudWatchFixture;
beforeAll(async () => {
  rig = await startCloudWatch();
});
afterAll(() => rig.stop());

const DashboardBody = JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: 'redshifts' } }] });
const put = (DashboardName: string, body = DashboardBody) =>
  rig.cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: body }));
const list = (DashboardNamePrefix?: string) =>
  rig.cloudWatch.send(new ListDashboardsCommand({ DashboardNamePrefix }));

describe('dashboards', () => {
  it('are kept, listed by prefix and deleted', async () => {
    await rig.cloudWatch.send(
      new PutDashboardCommand({
        DashboardName: 'sky-1',
        DashboardBody,
        Tags: [{ Key: 'team', Value: 'sky' }],
      }),
    );
    await put('ground');
    const DashboardArn = 'arn:aws:cloudwatch::000000000000:dashboard/sky-1';
    expect(await rig.cloudWatch.send(new GetDashboardCommand({ DashboardName: 'sky-1' }))).toMatchObject({
      DashboardArn,
      DashboardBody,
      DashboardName: 'sky-1',
    });
    expect((await list()).DashboardEntries?.map((one) => one.DashboardName)).toEqual(['ground', 'sky-1']);
    expect((await list('sky')).DashboardEntries).toEqual([
      {
        DashboardName: 'sky-1',
        DashboardArn,
        LastModified: new Date(rig.now.ms),
        Size: DashboardBody.length,
      },
    ]);
    expect((await list('no-')).DashboardEntries).toEqual([]);
    expect(
      (await rig.cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: DashboardArn }))).Tags,
    ).toEqual([{ Key: 'team', Value: 'sky' }]);
    // All or none.
    await expect(
      rig.cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: ['sky-1', 'gone'] })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await rig.cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: ['sky-1', 'ground'] }));
    expect((await list()).DashboardEntries).toEqual([]);
    await expect(
      rig.cloudWatch.send(new GetDashboardCommand({ DashboardName: 'sky-1' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('refuse a name with other characters', async () => {
    await expect(put('test:invalid')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        'The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n',
    });
  });

  it.each(['{', '[]', '1'])('refuse the body %s', async (body) => {
    await expect(put('sky', body)).rejects.toThrow(/DashboardBody/);
  });
});
