// Hashes in RDB: written as a listpack (16) or as fields and values (4); read also as zipmap (9) and ziplist (13).

import { HashView } from "../keyspace/hash-view.ts";
import { ENCODING_COMPACT, TYPE_HASH } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import { appendElement, beginListpack, endListpack, readListpack } from "./listpack.ts";
import { writeLength, writeString } from "./rdb-string.ts";
import { areUnique, readPacked, readStrings, type ValueCodec } from "./value-codec.ts";
import { readZiplist, readZipmap } from "./ziplist.ts";

const plain = 4;
const zipmap = 9;
const ziplist = 13;
const listpack = 16;

export const hashCodec: ValueCodec = {
  type: TYPE_HASH,
  rdbTypes: [plain, zipmap, ziplist, listpack],

  write(sink, entry, isCompressed) {
    const hash = new HashView().show(entry);
    const { field, value } = hash;
    hash.rewind();
    if (entry.encoding === ENCODING_COMPACT) {
      sink.byte(listpack);
      const packed = new ByteSink();
      const start = beginListpack(packed);
      while (hash.next()) {
        appendElement(packed, field);
        appendElement(packed, value);
      }
      endListpack(packed, start, hash.length * 2);
      writeString(sink, packed.bytes, 0, packed.sizeBytes, isCompressed);
      return;
    }
    sink.byte(plain);
    writeLength(sink, hash.length);
    while (hash.next()) {
      field.text();
      writeString(sink, field.bytes, field.start, field.end, isCompressed);
      value.text();
      writeString(sink, value.bytes, value.start, value.end, isCompressed);
    }
  },

  read(rdbType, cursor, sizeBytesMax) {
    const elements =
      rdbType === plain
        ? readStrings(cursor, 2, sizeBytesMax)
        : readPacked(
            cursor,
            sizeBytesMax,
            rdbType === listpack ? readListpack : rdbType === ziplist ? readZiplist : readZipmap,
          );
    if (elements === undefined || elements.length % 2 !== 0 || !areUnique(elements, 2)) return undefined;
    return { kind: "collection", codec: hashCodec, elements, scores: [] };
  },

  store(keyspace, args, i, { elements }) {
    const hash = keyspace.hashForUpdate(args, i) as HashView;
    for (let at = 0; at < elements.length; at += 2) {
      const field = elements[at] as Uint8Array;
      const value = elements[at + 1] as Uint8Array;
      hash.setBytes(field, 0, field.length, value, 0, value.length);
    }
    return hash.entry;
  },
};
