/** The mock configuration in force, and how often each mocked state of each execution has been invoked. */
import type { InvokeTask } from '../../../../asl/effects.ts';
import type { Execution } from '../store/execution.ts';
import { type MockConfig, type MockResponse, responseOf } from './mock-config.ts';

/** What stands in for one invocation; `response` is absent when the test case has none for it. */
export interface Mock {
  readonly invocation: number;
  readonly response: MockResponse | undefined;
}

export class Mocks {
  #config: MockConfig | undefined;
  readonly #invocations = new WeakMap<Execution, Map<string, number>>();

  use(config: MockConfig | undefined): void {
    this.#config = config;
  }

  hasTestCase(machineName: string, testCase: string): boolean {
    return this.#config?.machines.get(machineName)?.has(testCase) ?? false;
  }

  /** The mock for an attempt; undefined when the state is not mocked and the real integration is to run. */
  find(execution: Execution, task: InvokeTask): Mock | undefined {
    if (execution.testCase === undefined) return undefined;
    const state = this.#config?.machines
      .get(execution.machine.name)
      ?.get(execution.testCase)
      ?.get(task.stateName);
    if (!state) return undefined;
    let counts = this.#invocations.get(execution);
    if (!counts) {
      counts = new Map();
      this.#invocations.set(execution, counts);
    }
    const invocation = counts.get(task.stateName) ?? 0;
    counts.set(task.stateName, invocation + 1);
    return { invocation, response: responseOf(state, invocation) };
  }
}
