// All commands of the bitmap family, by name.

import type { CommandDeclaration } from "../define.ts";
import { bitcount } from "./bitcount.ts";
import { bitfield, bitfieldRo } from "./bitfield.ts";
import { bitop } from "./bitop.ts";
import { bitpos } from "./bitpos.ts";
import { getbit } from "./getbit.ts";
import { setbit } from "./setbit.ts";

export const bitmapCommands: readonly CommandDeclaration[] = [
  bitcount,
  bitfield,
  bitfieldRo,
  bitop,
  bitpos,
  getbit,
  setbit,
];
