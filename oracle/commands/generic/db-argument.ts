// The number of a database, as SELECT, MOVE, COPY and SWAPDB take it.

import type { Call } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";

const intMin = -2147483648n;
const intMax = 2147483647n;

/** The database's number, or the text of the error; `badNumber` replaces the texts for what is no 32-bit number. */
export function dbArgument({ model }: Call, text: string, badNumber?: string): number | string {
  const number = int64(text);
  if (number === undefined) return badNumber ?? errors.notAnInteger;
  if (number < intMin || number > intMax) return badNumber ?? errors.intOutOfRange;
  if (number < 0n || number >= model.databases.length) return errors.dbIndexOutOfRange;
  return Number(number);
}
