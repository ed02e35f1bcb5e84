import { expect, test } from "vitest";
import { AclLog, LOGGED_CHARS_MAX } from "./acl-log.ts";

const event = {
  reason: "key",
  context: "toplevel",
  object: "k",
  username: "u",
  timeMs: 0,
  clientInfo: "",
} as const;

test("an entry keeps the beginning of a long object and of a long name, and equal beginnings are counted together", () => {
  const log = new AclLog();
  const long = "x".repeat(LOGGED_CHARS_MAX);
  log.add({ ...event, object: `${long}1`, username: `${long}2` }, 128);
  log.add({ ...event, object: `${long}3`, username: `${long}4` }, 128);
  expect(log.latest(10)).toEqual([{ ...event, object: long, username: long, count: 2 }]);
});

test("no more entries are kept than the limit allows, the newest first", () => {
  const log = new AclLog();
  for (const object of ["a", "b", "c"]) log.add({ ...event, object }, 2);
  expect(log.latest(10).map(({ object }) => object)).toEqual(["c", "b"]);
});
