/** A deliberately faulty inference: says that it is done, but has written nothing. */
export const handler = async (event: { RANK: string; RUN_ID: string; RESULT_PATH: string }) => ({
  statusCode: 200,
  rank: Number(event.RANK),
  run_id: event.RUN_ID,
  status: 'done',
  total_samples: 0,
  result_key: `${event.RESULT_PATH}/${event.RANK}.json`,
});
