// Lists in RDB: written as listpacks one after the other (18); read also as elements (1), one ziplist (10) and
// ziplists one after the other (14).
//
//   18   | count | 1 and an element, or 2 and a listpack ... |
//
// A part is full when one more element would bring it over what list-max-listpack-size allows, as in Redis, whose
// parts differ only where elements were inserted or removed inside.

import type { EntryView } from "../keyspace/entry-view.ts";
import { ListView } from "../keyspace/list-view.ts";
import { TYPE_LIST } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import { appendElement, beginListpack, endListpack, readListpack } from "./listpack.ts";
import { type RdbCursor, readLength, readString, writeLength, writeString } from "./rdb-string.ts";
import { type Pieces, readPacked, readStrings, type ValueCodec, writeHead } from "./value-codec.ts";
import { readZiplist } from "./ziplist.ts";

const plain = 1;
const ziplist = 10;
const ziplists = 14;
const listpacks = 18;

const plainPart = 1;
const packedPart = 2;

/** Of a list of more parts none is kept while they are counted. */
const PARTS_KEPT = 4;

const partOverheadBytes = 8; // What Redis reckons for an element that is about to be added.
const partBytesMax = 8192; // When the directive counts elements.
const partBytesByDirective = [4096, 8192, 16_384, 32_768, 65_536];

export const listCodec: ValueCodec = {
  type: TYPE_LIST,
  rdbTypes: [plain, ziplist, ziplists, listpacks],

  write(sink, entry, options) {
    // The number of parts stands in front of them. Of a long list they are made twice rather than kept.
    const directive = directiveOf(entry);
    const parts = partsOf(new ListView().show(entry), directive);
    const kept: ByteSink[] = [];
    let count = 0;
    for (const part of parts) {
      if (count++ < PARTS_KEPT) kept.push(copyOf(part));
    }
    writeHead(sink, listpacks, entry, options);
    writeLength(sink, count);
    if (count <= PARTS_KEPT) {
      for (const part of kept) writePart(sink, part, options.isCompressed);
      return undefined;
    }
    return writeParts(sink, partsOf(new ListView().show(entry), directive), options.isCompressed);
  },

  read(rdbType, cursor, sizeBytesMax) {
    const elements = readElements(rdbType, cursor, sizeBytesMax);
    if (elements === undefined || elements.length === 0) return undefined;
    return { kind: "collection", codec: listCodec, elements, scores: [], isPacked: true };
  },

  store(keyspace, args, i, { elements }) {
    const list = keyspace.listForUpdate(args, i) as ListView;
    for (const element of elements) list.pushTailBytes(element, 0, element.length);
    return list.entry;
  },
};

/** The listpacks that a list is written as. */
export function listParts(entry: EntryView): readonly ByteSink[] {
  return Array.from(partsOf(new ListView().show(entry), directiveOf(entry)), copyOf);
}

function directiveOf(entry: EntryView): number {
  return entry.owner?.limits.listMaxListpackSize ?? -2;
}

// Each part is valid until the next one is asked for. The view is the generator's own: the caller's entry may show
// another key by the time that it begins.
function* partsOf(list: ListView, directive: number): Generator<ByteSink, void, undefined> {
  const part = new ByteSink();
  let count = 0;
  beginListpack(part);
  for (let more = list.first(); more; more = list.next()) {
    if (count > 0 && isFull(part.sizeBytes + 1, count, list.element.length, directive)) {
      endListpack(part, 0, count);
      yield part;
      part.clear();
      count = 0;
      beginListpack(part);
    }
    appendElement(part, list.element);
    count++;
  }
  endListpack(part, 0, count);
  yield part;
}

function copyOf(part: ByteSink): ByteSink {
  const copy = new ByteSink();
  copy.copy(part.bytes, 0, part.sizeBytes);
  return copy;
}

function* writeParts(sink: ByteSink, parts: Iterable<ByteSink>, isCompressed: boolean): Pieces {
  for (const part of parts) {
    writePart(sink, part, isCompressed);
    yield;
  }
}

function writePart(sink: ByteSink, { bytes, sizeBytes }: ByteSink, isCompressed: boolean): void {
  writeLength(sink, packedPart);
  writeString(sink, bytes, 0, sizeBytes, isCompressed);
}

function isFull(partBytes: number, count: number, elementBytes: number, directive: number): boolean {
  const bytes = partBytes + elementBytes + partOverheadBytes;
  if (directive >= 0) return count + 1 > Math.max(1, directive) || bytes > partBytesMax;
  return bytes > (partBytesByDirective[Math.min(-directive, 5) - 1] as number);
}

function readElements(
  rdbType: number,
  cursor: RdbCursor,
  sizeBytesMax: number,
): readonly Uint8Array[] | undefined {
  if (rdbType === plain) return readStrings(cursor, 1, sizeBytesMax);
  if (rdbType === ziplist) return readPacked(cursor, sizeBytesMax, readZiplist);
  const parts = readLength(cursor);
  if (parts <= 0 || parts > cursor.end - cursor.at) return undefined;
  const elements: Uint8Array[] = [];
  for (let i = 0; i < parts; i++) {
    const container = rdbType === ziplists ? packedPart : readLength(cursor);
    const blob = readString(cursor, sizeBytesMax);
    if (blob === undefined) return undefined;
    if (container === plainPart) {
      elements.push(blob);
      continue;
    }
    if (container !== packedPart) return undefined;
    const some = rdbType === ziplists ? readZiplist(blob) : readListpack(blob);
    // Redis skips empty parts.
    if (some === undefined) return undefined;
    for (const each of some) elements.push(each);
  }
  return elements;
}
