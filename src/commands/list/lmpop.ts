// LMPOP and BLMPOP: take elements off the first of several lists that is not empty; the latter waits for one.

import { declareMultiPop } from "../pop-first.ts";
import { listEnds } from "./pop.ts";

const common = {
  group: "list",
  complexity: "O(N+M) for N keys and M elements returned.",
  target: listEnds,
} as const;

export const lmpop = declareMultiPop({
  ...common,
  name: "lmpop",
  summary: "Removes elements at an end of the first list that has any and returns them.",
  waits: false,
});

export const blmpop = declareMultiPop({
  ...common,
  name: "blmpop",
  summary: "Removes elements as `LMPOP` does, and waits for some while there are none.",
  waits: true,
});
