// BITPOS: where the first set or clear bit is, in all or between two positions counted in bytes or in bits.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { error, integer } from "../../reply.ts";
import { notAnInteger, stringAt, syntaxError, wrongType } from "../../strings.ts";
import { bitAt, positions } from "./bits.ts";

export const bitpos: OracleCommand = {
  name: "bitpos",
  arity: -3,
  class: "exact",
  run(call) {
    const { words } = call;
    const bit = int64(words[2] as string);
    if (bit === undefined) return notAnInteger;
    if (bit !== 0n && bit !== 1n) return error(errors.bitArgument);
    const entry = stringAt(call, words[1] as string);
    // Nothing is endless zeros, whatever the range says.
    if (entry === undefined) return integer(bit === 1n ? -1 : 0);
    if (entry === "wrong type") return wrongType;
    if (words.length > 6) return syntaxError;
    const start = words.length > 3 ? int64(words[3] as string) : 0n;
    if (start === undefined) return notAnInteger;
    const unit = (words[5] ?? "BYTE").toUpperCase();
    if (unit !== "BYTE" && unit !== "BIT") return syntaxError;
    const end = words.length > 4 ? int64(words[4] as string) : -1n;
    if (end === undefined) return notAnInteger;
    const { value } = entry;
    const width = unit === "BIT" ? 1 : 8;
    const range = positionsOf(start, end, (value.length * 8) / width);
    if (range === undefined) return integer(-1);
    const last = (range[1] + 1) * width - 1;
    const other = bit === 1n ? 0 : 0xff; // A byte without such a bit.
    for (let at = range[0] * width; at <= last; at++) {
      if (at % 8 === 0 && value.charCodeAt(at / 8) === other) at += 7;
      else if (bitAt(value, at) === Number(bit)) return integer(at);
    }
    // Without an end the string goes on in zeros.
    return integer(bit === 0n && words.length <= 4 ? last + 1 : -1);
  },
};

// As `positions`, but crossed negative positions are brought into the range first.
function positionsOf(start: bigint, end: bigint, total: number): [number, number] | undefined {
  const size = BigInt(total);
  const first = start < 0n && start + size < 0n ? 0n : start < 0n ? start + size : start;
  const last = end < 0n && end + size < 0n ? 0n : end < 0n ? end + size : end;
  return positions(first, last, total);
}
