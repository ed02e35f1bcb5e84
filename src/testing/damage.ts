// Damage: files and payloads changed as broken disks, cut copies and hostile people change them.

import { Crc64 } from "../lib/crc64.ts";

export type DamageChance = {
  /** 0 .. bound - 1 */
  below(bound: number): number;
  oneIn(n: number): boolean;
};

/** Bytes that mean something where a length, a type or an opcode is expected. */
const telling = [
  0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xf0, 0xf4, 0xfb, 0xfe, 0xff,
];

/** A copy with one to four changes: bytes changed, cut out, put in, repeated, or the end cut off. */
export function damaged(bytes: Uint8Array, chance: DamageChance): Uint8Array {
  let some: Uint8Array = bytes.slice();
  for (let left = 1 + chance.below(4); left > 0; left--) some = damagedOnce(some, chance);
  return some;
}

function damagedOnce(bytes: Uint8Array, chance: DamageChance): Uint8Array {
  const at = chance.below(Math.max(1, bytes.length));
  const length = 1 + chance.below(chance.oneIn(4) ? 200 : 8);
  const behind = bytes.subarray(Math.min(bytes.length, at + length));
  switch (chance.below(8)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(bytes.subarray(0, at), behind);
    case 2:
      return joined(bytes.subarray(0, at), drawn(length, chance), bytes.subarray(at));
    case 3:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), drawn(length, chance), behind);
    case 5:
      bytes[at] = (bytes[at] as number) ^ (1 << chance.below(8));
      return bytes;
    default:
      bytes[at] = telling[chance.below(telling.length)] as number;
      return bytes;
  }
}

function drawn(length: number, chance: DamageChance): Uint8Array {
  const isTelling = chance.oneIn(2);
  return Uint8Array.from({ length }, () =>
    isTelling ? (telling[chance.below(telling.length)] as number) : chance.below(256),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Puts the checksum right, so that it is not what refuses: over all but the last 8 bytes. */
export function resealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 8) return bytes;
  const crc = new Crc64();
  crc.update(bytes, 0, bytes.length - 8);
  crc.writeTo(bytes, bytes.length - 8);
  return bytes;
}
