// All commands about fields of a hash that expire, by name.

import type { CommandDeclaration } from "../define.ts";
import { hexpire, hexpireat, hpexpire, hpexpireat } from "./hexpire.ts";
import { hgetdel } from "./hgetdel.ts";
import { hgetex } from "./hgetex.ts";
import { hpersist } from "./hpersist.ts";
import { hsetex } from "./hsetex.ts";
import { hexpiretime, hpexpiretime, hpttl, httl } from "./httl.ts";

export const hashFieldExpiryCommands: readonly CommandDeclaration[] = [
  hexpire,
  hexpireat,
  hexpiretime,
  hgetdel,
  hgetex,
  hpersist,
  hpexpire,
  hpexpireat,
  hpexpiretime,
  hpttl,
  hsetex,
  httl,
];
