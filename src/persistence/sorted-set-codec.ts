// Sorted sets in RDB: written as a listpack of members and scores (17) or as members with binary scores (5), the
// highest first; read also with scores as text (3) and as a ziplist (12).

import { defaultLimits } from "../keyspace/limits.ts";
import { SortedSetView } from "../keyspace/sorted-set-view.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { formatDouble, isPackedAsInteger, parseDouble } from "../lib/format-double.ts";
import { ENCODING_COMPACT, TYPE_ZSET } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import {
  appendElement,
  appendInteger,
  appendText,
  beginListpack,
  endListpack,
  readListpack,
} from "./listpack.ts";
import { type RdbCursor, readLength, readString, writeLength, writeString } from "./rdb-string.ts";
import { areUnique, readPacked, type ValueCodec, writeHead, writeInPieces } from "./value-codec.ts";
import { readZiplist } from "./ziplist.ts";

const textScores = 3;
const plain = 5;
const ziplist = 12;
const listpack = 17;

// Instead of a length, in front of a score's text.
const notANumber = 253;
const infinite = 254;
const minusInfinite = 255;

const scoreBytes = new Uint8Array(8);
const scoreData = new DataView(scoreBytes.buffer);

export const sortedSetCodec: ValueCodec = {
  type: TYPE_ZSET,
  rdbTypes: [textScores, plain, ziplist, listpack],

  write(sink, entry, options) {
    const { isCompressed } = options;
    const set = new SortedSetView().show(entry);
    const { member } = set;
    if (entry.encoding === ENCODING_COMPACT) {
      writeHead(sink, listpack, entry, options);
      const packed = new ByteSink();
      const start = beginListpack(packed);
      for (let more = set.seek(0); more; more = set.next()) {
        appendElement(packed, member);
        appendScore(packed, set.score);
      }
      endListpack(packed, start, set.length * 2);
      writeString(sink, packed.bytes, 0, packed.sizeBytes, isCompressed);
      return undefined;
    }
    writeHead(sink, plain, entry, options);
    writeLength(sink, set.length);
    let isThere = set.seek(set.length - 1);
    return writeInPieces(() => {
      if (!isThere) return false;
      member.text();
      writeString(sink, member.bytes, member.start, member.end, isCompressed);
      scoreData.setFloat64(0, set.score, true);
      sink.copy(scoreBytes, 0, 8);
      isThere = set.previous();
      return true;
    });
  },

  read(rdbType, cursor, sizeBytesMax) {
    const elements: Uint8Array[] = [];
    const scores: number[] = [];
    const isRead =
      rdbType === plain || rdbType === textScores
        ? readPlain(rdbType, cursor, sizeBytesMax, elements, scores)
        : readPairs(rdbType, cursor, sizeBytesMax, elements, scores);
    if (!isRead || !areUnique(elements, 1) || scores.some(Number.isNaN)) return undefined;
    const isPacked = rdbType !== plain && rdbType !== textScores;
    return { kind: "collection", codec: sortedSetCodec, elements, scores, isPacked };
  },

  store(keyspace, args, i, { elements, scores, isPacked }) {
    const set = keyspace.sortedSetForUpdate(args, i) as SortedSetView;
    // The encoding is chosen for the whole: the compact one would lose the sign of a zero.
    const limits = set.entry.owner?.limits ?? defaultLimits;
    const isLarge =
      elements.length > limits.zsetMaxListpackEntries ||
      (!isPacked && elements.some(({ length }) => length > limits.zsetMaxListpackValue));
    if (isLarge) set.createLarge();
    set.isOfAnyLength = isPacked;
    for (const [at, element] of elements.entries()) {
      set.putBytes(element, 0, element.length, scores[at] as number);
    }
    set.isOfAnyLength = false;
    return set.entry;
  },
};

function appendScore(sink: ByteSink, score: number): void {
  if (isPackedAsInteger(score)) {
    appendInteger(sink, score === 0 ? 0 : score);
    return;
  }
  const text = latin1Bytes(formatDouble(score));
  appendText(sink, text, 0, text.length);
}

function readPlain(
  rdbType: number,
  cursor: RdbCursor,
  sizeBytesMax: number,
  elements: Uint8Array[],
  scores: number[],
): boolean {
  const count = readLength(cursor);
  if (count <= 0 || count > cursor.end - cursor.at) return false;
  for (let i = 0; i < count; i++) {
    const element = readString(cursor, sizeBytesMax);
    const score = rdbType === plain ? readBinaryScore(cursor) : readTextScore(cursor);
    if (element === undefined || score === undefined) return false;
    elements.push(element);
    scores.push(score);
  }
  return true;
}

function readPairs(
  rdbType: number,
  cursor: RdbCursor,
  sizeBytesMax: number,
  elements: Uint8Array[],
  scores: number[],
): boolean {
  const pairs = readPacked(cursor, sizeBytesMax, rdbType === listpack ? readListpack : readZiplist);
  if (pairs === undefined || pairs.length % 2 !== 0) return false;
  for (let i = 0; i < pairs.length; i += 2) {
    const text = pairs[i + 1] as Uint8Array;
    const score = parseDouble(text, 0, text.length);
    if (score === undefined) return false;
    elements.push(pairs[i] as Uint8Array);
    scores.push(score);
  }
  return true;
}

function readBinaryScore(cursor: RdbCursor): number | undefined {
  if (cursor.end - cursor.at < 8) return undefined;
  for (let i = 0; i < 8; i++) scoreBytes[i] = cursor.bytes[cursor.at++] as number;
  return scoreData.getFloat64(0, true);
}

function readTextScore(cursor: RdbCursor): number | undefined {
  if (cursor.at >= cursor.end) return undefined;
  const size = cursor.bytes[cursor.at++] as number;
  if (size === notANumber) return Number.NaN;
  if (size === infinite) return Number.POSITIVE_INFINITY;
  if (size === minusInfinite) return Number.NEGATIVE_INFINITY;
  const start = cursor.at;
  if (size > cursor.end - start) return undefined;
  cursor.at += size;
  return parseDouble(cursor.bytes, start, cursor.at);
}
