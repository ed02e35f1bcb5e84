// INCR and DECR: add 1 to, or take 1 from, the number held at a key. The arithmetic is incrby.ts's.

import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";
import { addToKey } from "./incrby.ts";

export const incr = defineCommand({
  name: "incr",
  summary: "Adds 1 to the integer at a key; a missing key counts as 0.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update")],
  class: "exact",
  run(context) {
    addToKey(context, 1);
  },
});

export const decr = defineCommand({
  name: "decr",
  summary: "Takes 1 from the integer at a key; a missing key counts as 0.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update")],
  class: "exact",
  run(context) {
    addToKey(context, -1);
  },
});
