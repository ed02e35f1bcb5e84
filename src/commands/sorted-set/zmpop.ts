// ZMPOP and BZMPOP: take members out of the first of several sorted sets that is not empty.

import { declareMultiPop } from "../pop-first.ts";
import { setEnds } from "./pop.ts";

const common = {
  group: "sorted-set",
  complexity: "O(K) + O(M*log(N)) for K keys, M members out of a set of N.",
  target: setEnds,
} as const;

export const zmpop = declareMultiPop({
  ...common,
  name: "zmpop",
  summary: "Removes members with the lowest or highest scores from the first sorted set that has any.",
  waits: false,
});

export const bzmpop = declareMultiPop({
  ...common,
  name: "bzmpop",
  summary: "Removes members as `ZMPOP` does, and waits for some while there are none.",
  waits: true,
});
