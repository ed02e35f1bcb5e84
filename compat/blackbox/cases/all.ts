// All case tables, by family.

import { bitmapCases } from "./bitmap.ts";
import type { Case, Exemptions } from "./case.ts";
import { connectionCases, connectionExemptions } from "./connection.ts";
import { genericCases } from "./generic.ts";
import { serverCases, serverExemptions } from "./server.ts";
import { stringCases } from "./string.ts";

/** A new family: a file like string.ts, and a line here. */
export const caseTables: Readonly<Record<string, readonly Case[]>> = {
  string: stringCases,
  bitmap: bitmapCases,
  generic: genericCases,
  connection: connectionCases,
  server: serverCases,
};

export const exemptions: Exemptions = { ...connectionExemptions, ...serverExemptions };
