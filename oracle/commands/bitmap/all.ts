// The commands of the family "bitmap".

import type { OracleCommand } from "../../command.ts";
import { bitcount } from "./bitcount.ts";
import { bitfield, bitfieldRo } from "./bitfield.ts";
import { bitop } from "./bitop.ts";
import { bitpos } from "./bitpos.ts";
import { getbit, setbit } from "./setbit.ts";

export const bitmapCommands: readonly OracleCommand[] = [
  bitcount,
  bitfield,
  bitfieldRo,
  bitop,
  bitpos,
  getbit,
  setbit,
];
