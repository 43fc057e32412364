/** Fault 4 of the original: whatever lies under the result path is joined, of whichever run, missing or not. */
import { createS3Client, getText, listObjects, putJson } from '../../lambdas/shared/s3.ts';

interface Event {
  run: { run_id: string; result_bucket: string; result_path: string };
}

const s3 = createS3Client();

export const handler = async ({ run }: Event) => {
  const listed = await listObjects(s3, run.result_bucket, `${run.result_path}/`);
  const keys = listed.map(({ key }) => key).filter((key) => /\/\d+\.json$/.test(key));
  const results: { total_samples: number }[] = [];
  for (const key of keys) results.push(JSON.parse((await getText(s3, run.result_bucket, key))!));
  const combinedKey = `${run.result_path}/combined_data.json`;
  await putJson(s3, run.result_bucket, combinedKey, results);
  const samples = results.reduce((sum, result) => sum + result.total_samples, 0);
  return {
    statusCode: 200,
    body: { run_id: run.run_id, results: results.length, total_samples: samples, combined_key: combinedKey },
  };
};
