// Counts: how many tests passed, failed and were skipped, read from what a stage left behind.
//
// Role: the pure part of the test runner. A report that cannot be read yields undefined, never zeros: zeros
// would look like a stage in which nothing went wrong.

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

export function sum(all: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of all) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The last closing line in a stage's output, or undefined when it printed none. */
export function countsFromOutput(output: string): Counts | undefined {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped\r?$/gm)].at(-1);
  if (last === undefined) return undefined;
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3]) };
}

/** Counts from vitest's JSON report. A test file that could not be loaded has no tests and counts as a failure. */
export function countsFromVitest(report: string): Counts | undefined {
  const parsed = parseReport(report);
  if (parsed === undefined) return undefined;
  const brokenFiles = parsed.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((result) => result.status === "failed"),
  );
  return {
    passed: parsed.numPassedTests,
    failed: parsed.numFailedTests + brokenFiles.length,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
}

/** What a finished stage counts for: a bad exit that counted no failure, or no counts at all, is one failure. */
export function settled(counts: Counts | undefined, exitCode: number): Counts {
  if (counts === undefined) return { passed: 0, failed: 1, skipped: 0 };
  if (exitCode !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}

type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

function parseReport(text: string): Report | undefined {
  try {
    const parsed: Report = JSON.parse(text);
    return Array.isArray(parsed.testResults) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
