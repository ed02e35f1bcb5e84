// HSCAN: a piece of a walk over a hash.

import type { OracleCommand } from "../../command.ts";
import { elementScan } from "../generic/scan-page.ts";

export const hscan: OracleCommand = {
  name: "hscan",
  arity: -3,
  class: "unordered",
  run: (call) => elementScan(call, "hash", ({ value }) => value),
};
