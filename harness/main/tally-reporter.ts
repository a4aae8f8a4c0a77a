/**
 * A reporter for vitest that counts, and keeps why a test was skipped (vitest's own JSON leaves the
 * note of `skip(note)` out). Writes a Tally to the file that METERBENCH_TALLY names.
 */

import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

export interface Tally {
  readonly passed: number;
  /** Names of failed tests, and of files that failed as a whole. */
  readonly failed: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason: string | null }[];
}

/** Counts what ran; whatever did not come to an end has failed. */
export function tallyOf(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  return {
    passed: tests.filter((test) => stateOf(test) === 'passed').length,
    failed: [
      ...tests.filter((test) => ['failed', 'pending'].includes(stateOf(test))).map(nameOf),
      ...modules.filter(failedAsAWhole).map((module) => module.relativeModuleId),
      ...unhandledErrors.map(({ message }) => `unhandled error: ${message}`),
    ],
    skipped: tests
      .filter((test) => stateOf(test) === 'skipped')
      .map((test) => ({ name: nameOf(test), reason: noteOf(test) })),
  };
}

/** A file that cannot be loaded has an error of its own and, mostly, no tests. */
function failedAsAWhole(module: TestModule): boolean {
  const unfinished = ['queued', 'pending'].includes(module.state());
  return unfinished || module.errors().length > 0 || suitesFailed(module);
}

function suitesFailed(module: TestModule): boolean {
  return [...module.children.allSuites()].some((suite) => suite.errors().length > 0);
}

function stateOf(test: TestCase): string {
  return test.result().state;
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function noteOf(test: TestCase): string | null {
  const result = test.result();
  return result.state === 'skipped' ? (result.note ?? null) : null;
}

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const file = process.env['METERBENCH_TALLY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tallyOf(modules, unhandledErrors)));
  }
}
