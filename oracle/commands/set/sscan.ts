// SSCAN: a piece of a walk over a set.

import type { OracleCommand } from "../../command.ts";
import { elementScan } from "../generic/scan-page.ts";

export const sscan: OracleCommand = {
  name: "sscan",
  arity: -3,
  class: "unordered",
  run: (call) => elementScan(call, "set", ({ value }) => value),
};
