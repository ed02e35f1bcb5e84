// SORT and SORT_RO.

import type { OracleCommand } from "../../command.ts";
import { sort } from "./sort.ts";

export const sortCommands: readonly OracleCommand[] = [
  { name: "sort", arity: -2, class: "exact", run: (call) => sort(call, { mayStore: true }) },
  { name: "sort_ro", arity: -2, class: "exact", run: (call) => sort(call, { mayStore: false }) },
];
