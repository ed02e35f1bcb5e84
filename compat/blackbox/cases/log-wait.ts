// Waiting for the append-only log: cases of WAITAOF, which came with Redis 7.2.
//
// The stock server these suites compare with is a 7.0 and does not have it, so what each call answers stands here, as the
// page named says (of redis.io's command pages).

import type { DocumentedCase } from "./case.ts";

export const logWaitCases: readonly DocumentedCase[] = [
  {
    name: "without a log there is nothing to wait for, and asking for one is an error",
    page: "waitaof",
    calls: [
      ["SET key 1", "+OK"],
      ["WAITAOF 0 0 0", "*2 :0 :0"],
      ["WAITAOF 0 1 1", "*2 :0 :0"],
      ["WAITAOF 1 0 0", "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."],
    ],
  },
  {
    name: "numbers that are none, or out of range",
    page: "waitaof",
    calls: [
      ["WAITAOF 0 0", "-ERR wrong number of arguments for 'waitaof' command"],
      ["WAITAOF x 0 0", "-ERR value is not an integer or out of range"],
      ["WAITAOF 2 0 0", "-ERR value is out of range, value must between 0 and 1"],
      ["WAITAOF -1 0 0", "-ERR value is out of range, value must between 0 and 1"],
      ["WAITAOF 0 x 0", "-ERR value is not an integer or out of range"],
      ["WAITAOF 0 -1 0", "-ERR value is out of range, must be positive"],
      ["WAITAOF 0 0 x", "-ERR timeout is not an integer or out of range"],
      ["WAITAOF 0 0 -1", "-ERR timeout is negative"],
    ],
  },
  {
    name: "with a log it waits for the sync; transactions and scripts do not wait",
    page: "waitaof",
    calls: [
      ["CONFIG SET appendonly yes", "+OK"],
      ["SET key 1", "+OK"],
      ["WAITAOF 1 0 0", "*2 :1 :0"],
      ["WAITAOF 0 0 0", "*2 :1 :0"],
      ["WAITAOF 1 1 1", "*2 :1 :0"],
      ["CONFIG SET appendfsync no", "+OK"],
      ["SET key 2", "+OK"],
      ["WAITAOF 1 0 1", "*2 :0 :0"],
      ["MULTI", "+OK"],
      ["WAITAOF 1 0 0", "+QUEUED"],
      ["EXEC", "*1 *2 :0 :0"],
      ["EVAL \"return redis.call('waitaof', '1', '0', '0')\" 0", "*2 :0 :0"],
      ["CONFIG SET appendfsync everysec appendonly no", "+OK"],
    ],
  },
];
