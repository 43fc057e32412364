/** Recorded histories that cannot be replayed to the end, each with its reason. */
const ERASED = 'the recording lost the ids of the events inside a Parallel';
const DATES = 'the recording shows the date that the state waits for as a word';
const CHILDREN = 'a Map Run has no result in the recording, and its children are not recorded';
const REPLACED = 'the recording shows a text of the execution as a word that is no declared token';
const REFUSED =
  'the service refuses the parameters before the task is scheduled; the emulator does not serve it';

export const REPLAYED_OTHERWISE: Readonly<Record<string, string>> = {
  'assign/test_assign_base::TestAssignBase::test_base_parallel_cases[BASE_SCOPE_PARALLEL]': ERASED,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_parallel_state[PARALLEL_STATE]': ERASED,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_parallel_state[PARALLEL_STATE_PARAMETERS]': ERASED,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_parallel_state_nested': ERASED,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_parallel_state_order': ERASED,
  'states_variables/test_error_output::TestStateVariablesTemplate::test_parallel_catch_error[PARALLEL_CATCH_ERROR_OUTPUT_WITH_RETRY]':
    ERASED,
  'states_variables/test_error_output::TestStateVariablesTemplate::test_parallel_catch_error[PARALLEL_CATCH_ERROR_VARIABLE_SAMPLING]':
    ERASED,
  'base/test_wait::TestSfnWait::test_wait_timestamppath[.00Z]': DATES,
  'base/test_wait::TestSfnWait::test_wait_timestamppath[Z]': DATES,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_wait_timestamp[SECONDS]': DATES,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_wait_timestamp_jsonata[NANOSECONDS]': DATES,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_wait_timestamp_jsonata[SECONDS]': DATES,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_wait_timestamp_path[SECONDS]': DATES,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_config_distributed_reentrant': CHILDREN,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_config_distributed_reentrant_lambda':
    CHILDREN,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_map_state_nested_config_distributed_no_max_max_concurrency':
    CHILDREN,
  'callback/test_callback::TestCallback::test_multiple_executions_and_heartbeat_notifications': REPLACED,
  'scenarios/test_base_scenarios::TestBaseScenarios::test_invalid_jsonpath[ST.INVALID_JSONPATH_IN_CAUSEPATH]':
    REPLACED,
  'services/test_apigetway_task_service::TestTaskApiGateway::test_invoke_with_headers[singleStringHeader]':
    REFUSED,
};
