import { expect, test } from "vitest";
import { closingLine, countsFromOutput, countsFromVitest, settled, sum } from "./counts.ts";

const report = {
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [
    { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
    { status: "passed", assertionResults: [] },
  ],
};

test("vitest's report is counted, with todo tests among the skipped", () => {
  expect(countsFromVitest(JSON.stringify(report))).toEqual({ passed: 5, failed: 1, skipped: 3 });
});

test("a test file that could not be loaded counts as a failure", () => {
  const broken = {
    ...report,
    testResults: [...report.testResults, { status: "failed", assertionResults: [] }],
  };
  expect(countsFromVitest(JSON.stringify(broken))).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("a missing or broken report is a failure, not zero tests", () => {
  for (const text of ["", "{", "{}"]) {
    expect(settled(countsFromVitest(text), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  }
});

test("the last closing line of an output is the one that counts", () => {
  const output = "1 passed, 1 failed, 0 skipped\nmore\n4 passed, 0 failed, 2 skipped\n";
  expect(countsFromOutput(output)).toEqual({ passed: 4, failed: 0, skipped: 2 });
  expect(countsFromOutput("it said 4 passed, 0 failed, 2 skipped\n")).toBeUndefined();
});

test("a bad exit code without a counted failure is one failure", () => {
  expect(settled({ passed: 4, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 4, failed: 1, skipped: 0 });
  expect(settled({ passed: 4, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 4, failed: 2, skipped: 0 });
});

test("the sum of several stages is printed in the form the runner itself reads", () => {
  const total = sum([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 20, failed: 3, skipped: 4 },
  ]);
  expect(countsFromOutput(closingLine(total))).toEqual({ passed: 21, failed: 3, skipped: 4 });
});
