import { describe, expect, test } from 'vitest';
import { summary } from '../../../harness/main/check.ts';

const passedChecks = ['types', 'lint'].map((name) => ({ name, exitCode: 0, durationMs: 1 }));

function lastLine(text: string): string | undefined {
  return text.split('\n').at(-1);
}

describe('the end of all checks', () => {
  test('counts each test and each other check as one', () => {
    const tests = { passed: 40, failed: [], skipped: [{ name: 'a > b', reason: 'no socat' }] };
    const end = summary([...passedChecks, { name: 'tests', exitCode: 0, durationMs: 1 }], tests);
    expect(lastLine(end.text)).toBe('42 passed, 0 failed, 1 skipped');
    expect(end.text).toContain('skipped: a > b (no socat)');
    expect(end.exitCode).toBe(0);
  });

  test('a failed check turns the end', () => {
    const tests = { passed: 3, failed: [], skipped: [] };
    const end = summary([...passedChecks, { name: 'format', exitCode: 1, durationMs: 1 }], tests);
    expect(lastLine(end.text)).toBe('5 passed, 1 failed, 0 skipped');
    expect(end.exitCode).toBe(1);
  });

  test('a failed test is named, and counted once', () => {
    const tests = { passed: 3, failed: ['a > b'], skipped: [] };
    const end = summary([{ name: 'tests', exitCode: 1, durationMs: 1 }], tests);
    expect(lastLine(end.text)).toBe('3 passed, 1 failed, 0 skipped');
    expect(end.text).toContain('failed: a > b');
  });

  test('a vitest that fails without a failed test is a failure', () => {
    const tests = { passed: 0, failed: [], skipped: [] };
    const end = summary([{ name: 'tests', exitCode: 1, durationMs: 1 }], tests);
    expect(lastLine(end.text)).toBe('0 passed, 1 failed, 0 skipped');
    expect(end.exitCode).toBe(1);
  });

  test('a vitest that leaves no tally is a failure, whatever its exit code', () => {
    const end = summary([{ name: 'tests', exitCode: 0, durationMs: 1 }], null);
    expect(lastLine(end.text)).toBe('0 passed, 1 failed, 0 skipped');
    expect(end.exitCode).toBe(1);
  });
});
