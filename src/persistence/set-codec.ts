// Sets in RDB: written as integers (11) or as members (2); read also as a listpack (20), which Redis 7.2 writes.
//
//   integers   | width u32 LE: 2, 4 or 8 | count u32 LE | integers, ascending, LE |

import { SetView } from "../keyspace/set-view.ts";
import { compareInt64Words, parseInt64Words } from "../lib/int64-words.ts";
import { TYPE_SET } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import { digitsOfWords, readListpack } from "./listpack.ts";
import { writeLength, writeString } from "./rdb-string.ts";
import {
  areUnique,
  readPacked,
  readStrings,
  type ValueCodec,
  writeHead,
  writeInPieces,
} from "./value-codec.ts";

const plain = 2;
const integers = 11;
const listpack = 20;
const headerSizeBytes = 8;

export const setCodec: ValueCodec = {
  type: TYPE_SET,
  rdbTypes: [plain, integers, listpack],

  write(sink, entry, options) {
    const { isCompressed } = options;
    const set = new SetView().show(entry);
    if (set.isIntegers) {
      writeHead(sink, integers, entry, options);
      const packed = integersOf(set);
      writeString(sink, packed.bytes, 0, packed.sizeBytes, isCompressed);
      return undefined;
    }
    const { member } = set;
    writeHead(sink, plain, entry, options);
    writeLength(sink, set.length);
    set.rewind();
    return writeInPieces(() => {
      if (!set.next()) return false;
      member.text();
      writeString(sink, member.bytes, member.start, member.end, isCompressed);
      return true;
    });
  },

  read(rdbType, cursor, sizeBytesMax) {
    const elements =
      rdbType === plain
        ? readStrings(cursor, 1, sizeBytesMax)
        : readPacked(cursor, sizeBytesMax, rdbType === integers ? readIntegers : readListpack);
    if (elements === undefined || !areUnique(elements, 1)) return undefined;
    return { kind: "collection", codec: setCodec, elements, scores: [], isPacked: true };
  },

  store(keyspace, args, i, { elements }) {
    const set = keyspace.setForUpdate(args, i) as SetView;
    for (const element of elements) set.addBytes(element, 0, element.length);
    return set.entry;
  },
};

function integersOf(set: SetView): ByteSink {
  const packed = new ByteSink();
  const { member } = set;
  const width = set.integerWidth;
  const words = { high: 0, low: 0 };
  for (const value of [width, set.length]) {
    for (let i = 0; i < 4; i++) packed.byte((value >>> (8 * i)) & 0xff);
  }
  set.rewind();
  while (set.next()) {
    member.text();
    parseInt64Words(member.bytes, member.start, member.end, words);
    for (let i = 0; i < width; i++) {
      packed.byte(((i < 4 ? words.low : words.high) >>> (8 * (i & 3))) & 0xff);
    }
  }
  return packed;
}

function readIntegers(bytes: Uint8Array): Uint8Array[] | undefined {
  if (bytes.length < headerSizeBytes) return undefined;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = data.getUint32(0, true);
  const count = data.getUint32(4, true);
  if (![2, 4, 8].includes(width) || headerSizeBytes + count * width !== bytes.length) return undefined;
  const elements: Uint8Array[] = [];
  let lastHigh = -0x80000000;
  let lastLow = 0;
  for (let at = headerSizeBytes; at < bytes.length; at += width) {
    const low = width === 2 ? data.getInt16(at, true) : data.getInt32(at, true);
    const high = width === 8 ? data.getInt32(at + 4, true) : low >> 31;
    if (elements.length > 0 && compareInt64Words(high, low, lastHigh, lastLow) <= 0) return undefined;
    elements.push(digitsOfWords(high, low));
    lastHigh = high;
    lastLow = low;
  }
  return elements;
}
