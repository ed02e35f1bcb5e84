// All case tables, by family.

import { aclCases } from "./acl.ts";
import { bitmapCases } from "./bitmap.ts";
import type { Case, DocumentedCase, Exemptions } from "./case.ts";
import { clusterCases } from "./cluster.ts";
import { connectionCases, connectionExemptions } from "./connection.ts";
import { genericCases } from "./generic.ts";
import { geoCases } from "./geo.ts";
import { hashCases } from "./hash.ts";
import { hashFieldExpiryCases } from "./hash-field-expiry.ts";
import { hyperloglogCases, hyperloglogExemptions } from "./hyperloglog.ts";
import { listCases } from "./list.ts";
import { logWaitCases } from "./log-wait.ts";
import { persistenceCases } from "./persistence.ts";
import { pubsubCases, pubsubExemptions } from "./pubsub.ts";
import { scriptingCases } from "./scripting.ts";
import { serverCases, serverExemptions } from "./server.ts";
import { setCases } from "./set.ts";
import { sortedSetCases } from "./sorted-set.ts";
import { streamCases } from "./stream.ts";
import { stringCases } from "./string.ts";
import { transactionCases } from "./transactions.ts";

/** A new family: a file like string.ts, and a line here. */
export const caseTables: Readonly<Record<string, readonly Case[]>> = {
  acl: aclCases,
  string: stringCases,
  bitmap: bitmapCases,
  cluster: clusterCases,
  generic: genericCases,
  connection: connectionCases,
  server: serverCases,
  geo: geoCases,
  hash: hashCases,
  hyperloglog: hyperloglogCases,
  list: listCases,
  persistence: persistenceCases,
  pubsub: pubsubCases,
  scripting: scriptingCases,
  set: setCases,
  "sorted-set": sortedSetCases,
  stream: streamCases,
  transactions: transactionCases,
};

/** Cases of commands that a stock 7.0 lacks; documented.test.ts runs them. */
export const documentedTables: Readonly<Record<string, readonly DocumentedCase[]>> = {
  "hash field expiry": hashFieldExpiryCases,
  "waiting for the log": logWaitCases,
};

export const exemptions: Exemptions = {
  ...connectionExemptions,
  ...hyperloglogExemptions,
  ...pubsubExemptions,
  ...serverExemptions,
};
