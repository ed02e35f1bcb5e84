// The commands of the family "generic".

import type { OracleCommand } from "../../command.ts";
import { copy } from "./copy.ts";
import { del, exists, touch, unlink } from "./del.ts";
import { dump } from "./dump.ts";
import { expire, expireat, pexpire, pexpireat } from "./expire.ts";
import { keys, randomkey } from "./keys.ts";
import { move } from "./move.ts";
import { object, objectEncoding, objectFreq, objectHelp, objectIdletime, objectRefcount } from "./object.ts";
import { persist } from "./persist.ts";
import { rename, renamenx } from "./rename.ts";
import { restore } from "./restore.ts";
import { scan } from "./scan.ts";
import { swapdb } from "./swapdb.ts";
import { expiretime, pexpiretime, pttl, ttl } from "./ttl.ts";
import { type } from "./type.ts";

export const genericCommands: readonly OracleCommand[] = [
  copy,
  del,
  dump,
  exists,
  expire,
  expireat,
  expiretime,
  keys,
  move,
  object,
  objectEncoding,
  objectFreq,
  objectHelp,
  objectIdletime,
  objectRefcount,
  persist,
  pexpire,
  pexpireat,
  pexpiretime,
  pttl,
  randomkey,
  rename,
  renamenx,
  restore,
  scan,
  swapdb,
  touch,
  ttl,
  type,
  unlink,
];
