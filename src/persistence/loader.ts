// Loader: puts the keys of an RDB file into the databases, some at a time.
//
// Role: reads what Redis 1.0 to 7.4 write. Whoever drives it gives it the file as a source and asks for so many items at
// once; nothing else may change the data meanwhile.
// Reading trusts nothing: each key and value is first measured (value-extent.ts), so that no length is believed that the
// file cannot hold, and then decoded whole before it is stored. What is damaged ends the load with a reason; what came
// before it is then in the databases, and the caller's to remove.
// As in Redis, keys whose time is over are counted and left out, and so are collections without elements, which
// old versions wrote.

import { NO_EXPIRY } from "../keyspace/databases.ts";
import { EntryView } from "../keyspace/entry-view.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { stringEncoding } from "../keyspace/string-encoding.ts";
import { latin1Text } from "../lib/bytes.ts";
import { Crc64 } from "../lib/crc64.ts";
import { Args } from "../resp/args.ts";
import type { ByteSource } from "./byte-source.ts";
import { codecOf, isOver } from "./dump-payload.ts";
import {
  checksumSinceVersion,
  checksumSizeBytes,
  headerSizeBytes,
  opcode,
  readVersionMax,
  signature,
} from "./rdb-format.ts";
import { readString } from "./rdb-string.ts";
import { isKnownType, lengthEnd, lengthRead, stringEnd, valueEnd } from "./value-extent.ts";

/** What a string may take; an entry could not hold more. */
const STRING_BYTES_MAX = 2 ** 31 - 1;
const STRING_TYPE = 0;
const MODULE_TYPES: readonly number[] = [6, 7];
/** Types that begin with the number of their elements, and may say that there are none. */
const COUNTED_TYPES: readonly number[] = [1, 2, 3, 4, 5, 14, 18];
const MODULE_NAME_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CUT_OFF = "it ends too early";

export type LoaderOptions = {
  readonly source: ByteSource;
  /** All databases of all shards; undefined: everything is read and nothing kept, and no key is known to come twice. */
  readonly keyspace: Keyspace | undefined;
  readonly databases: number;
  readonly nowMs: number;
  /** Keys that are there already are replaced; otherwise a key that comes twice is an error. */
  readonly isMerging: boolean;
  /** Whether the checksum is looked at. */
  readonly isChecked: boolean;
  /** Takes the code of a library; the error's text when it cannot. */
  readonly loadLibrary: (code: Uint8Array) => string | undefined;
  /** Told of each key that is read, and not only passed over. */
  readonly onKey?: (db: number, rdbType: number, expireAtMs: number) => void;
};

type Step = "more" | "done" | "failed";

export class Loader {
  keysLoaded = 0;
  keysExpired = 0;
  keysEmpty = 0;
  librariesLoaded = 0;
  version = 0;
  /** Facts that the file tells about itself. */
  readonly aux = new Map<string, string>();
  /** Why it failed, and where in the file that was noticed. */
  failure: { readonly reason: string; readonly offset: number } | undefined = undefined;
  private readonly options: LoaderOptions;
  private readonly source: ByteSource;
  private readonly checksum = new Crc64();
  private readonly view = new EntryView(new Uint8Array(0));
  private readonly args = new Args(new Uint8Array(0));
  private readonly cursor: { bytes: Uint8Array; at: number; end: number } = {
    bytes: new Uint8Array(0),
    at: 0,
    end: 0,
  };
  private db = 0;
  // Of the key that comes next.
  private expireAtMs = 0;
  private idleSeconds = -1;
  private frequency = -1;

  constructor(options: LoaderOptions) {
    this.options = options;
    this.source = options.source;
    if (options.isChecked) {
      this.source.onPassed = (window, start, end) => this.checksum.update(window, start, end);
    }
  }

  /** Reads up to `count` items of the file: keys, and what stands between them. */
  loadSome(count: number): Step {
    if (this.version === 0 && !this.readHeader()) return "failed";
    for (let i = 0; i < count; i++) {
      this.source.settle();
      const step = this.readItem();
      if (step !== "more") return step;
    }
    return "more";
  }

  private readHeader(): boolean {
    const { source } = this;
    const isWhole = source.need(0, headerSizeBytes);
    const text = isWhole ? latin1Text(source.window, 0, headerSizeBytes) : "";
    if (!text.startsWith(signature)) {
      this.fail(source.hasFailed ? CUT_OFF : "it does not begin as a snapshot does");
      return false;
    }
    const digits = text.slice(signature.length);
    const version = /^\d{4}$/.test(digits) ? Number(digits) : 0;
    if (version < 1 || version > readVersionMax) {
      this.fail(
        `its format has the version ${JSON.stringify(digits)}, of which 1 to ${readVersionMax} are read`,
      );
      return false;
    }
    this.version = version;
    source.at = headerSizeBytes;
    return true;
  }

  private readItem(): Step {
    const { source } = this;
    if (!source.need(source.at, 1)) return this.fail(CUT_OFF);
    const first = source.window[source.at] as number;
    if (first < opcode.slotInfo) return this.readKey(first);
    source.at++;
    switch (first) {
      case opcode.expiryMs:
        return this.readExpiry(8, 1);
      case opcode.expirySeconds:
        return this.readExpiry(4, 1000);
      case opcode.frequency: {
        if (!source.need(source.at, 1)) return this.fail(CUT_OFF);
        this.frequency = source.window[source.at++] as number;
        return "more";
      }
      case opcode.idle: {
        const idle = this.readLength();
        if (idle < 0) return this.fail(CUT_OFF);
        this.idleSeconds = idle;
        return "more";
      }
      case opcode.aux:
        return this.readAux();
      case opcode.selectDb:
        return this.selectDb();
      case opcode.resizeDb:
        return this.skipLengths(2);
      case opcode.slotInfo:
        return this.skipLengths(3);
      case opcode.library:
        return this.readLibrary();
      case opcode.libraryBeforeRelease:
        return this.fail(
          "it holds functions in a form from before the release of 7.0, which nothing reads any more",
        );
      case opcode.moduleAux:
        return this.fail(
          `it holds data of a module, ${this.moduleAt(source.at)}, and modules are not supported`,
        );
      default:
        return this.readEnd();
    }
  }

  private readKey(rdbType: number): Step {
    const { source, options, cursor } = this;
    const keyAt = source.at + 1;
    const keyEnd = stringEnd(source, keyAt);
    if (MODULE_TYPES.includes(rdbType)) {
      return this.fail(
        `it holds a value of a module, ${this.moduleAt(keyEnd)}, and modules are not supported`,
      );
    }
    if (!isKnownType(rdbType)) return this.fail(`there is no type of value with the number ${rdbType}`);
    const end = keyEnd < 0 ? -1 : valueEnd(source, rdbType, keyEnd);
    if (end < 0) return this.fail("a key or value is malformed or cut off");
    cursor.bytes = source.window;
    cursor.at = keyAt;
    cursor.end = keyEnd;
    const key = readString(cursor, STRING_BYTES_MAX);
    if (key === undefined) return this.fail("a key is malformed");
    cursor.at = keyEnd;
    cursor.end = end;
    const { expireAtMs } = this;
    let failure: Step = "more";
    if (expireAtMs !== 0 && expireAtMs <= options.nowMs) this.keysExpired++;
    else if (COUNTED_TYPES.includes(rdbType) && source.window[keyEnd] === 0) this.keysEmpty++;
    else failure = this.store(rdbType, key);
    source.at = end;
    this.expireAtMs = 0;
    this.idleSeconds = -1;
    this.frequency = -1;
    return failure;
  }

  // Decodes the value at the cursor and puts it at `key`.
  private store(rdbType: number, key: Uint8Array): Step {
    const { options, cursor, view, expireAtMs, db } = this;
    const { keyspace } = options;
    options.onKey?.(db, rdbType, expireAtMs);
    if (keyspace === undefined) return this.decode(rdbType);
    const owner = keyspace.ownerOf(key, 0, key.length);
    const isThere = owner.locate(db, key, 0, key.length, view);
    if (isThere && !options.isMerging) return this.fail("a key comes twice");
    if (rdbType === STRING_TYPE) {
      const text = readString(cursor, STRING_BYTES_MAX);
      if (text === undefined) return this.fail("a string is malformed");
      if (isThere) owner.remove(view);
      const encoding = stringEncoding(text, 0, text.length);
      const atMs = expireAtMs === 0 ? NO_EXPIRY : expireAtMs;
      owner.putString(view, false, key, 0, key.length, text, 0, text.length, encoding, atMs);
      this.setUse(view);
    } else {
      const codec = codecOf(rdbType);
      const value = codec?.read(rdbType, cursor, STRING_BYTES_MAX);
      if (codec === undefined || value === undefined)
        return this.fail(`a value of type ${rdbType} is malformed`);
      if (isOver(value, options.nowMs)) {
        this.keysExpired++;
        return "more";
      }
      if (isThere) owner.remove(view);
      this.args.reset(key);
      this.args.push(0, key.length);
      keyspace.db = db;
      const entry = codec.store(keyspace, this.args, 0, value);
      if (expireAtMs !== 0) keyspace.setExpiry(entry, expireAtMs);
      this.setUse(entry);
    }
    this.keysLoaded++;
    return "more";
  }

  // Reads the value at the cursor for the sake of its being readable.
  private decode(rdbType: number): Step {
    const { cursor } = this;
    if (rdbType === STRING_TYPE) {
      if (readString(cursor, STRING_BYTES_MAX) === undefined) return this.fail("a string is malformed");
    } else if (codecOf(rdbType)?.read(rdbType, cursor, STRING_BYTES_MAX) === undefined) {
      return this.fail(`a value of type ${rdbType} is malformed`);
    }
    this.keysLoaded++;
    return "more";
  }

  // Of the two, the one that the eviction policy has no use for is left out.
  private setUse(entry: EntryView): void {
    const { owner } = entry;
    if (owner === undefined) return;
    const { access } = owner;
    if (access.isLfu) {
      if (this.frequency >= 0) owner.setAccessWord(entry.ref, access.wordOfCounter(this.frequency));
    } else if (this.idleSeconds >= 0) owner.setAccessWord(entry.ref, access.wordOfIdle(this.idleSeconds));
  }

  private readExpiry(sizeBytes: number, unitMs: number): Step {
    const { source } = this;
    if (!source.need(source.at, sizeBytes)) return this.fail(CUT_OFF);
    const { window, at } = source;
    let value = 0;
    for (let i = sizeBytes - 1; i >= 0; i--) value = value * 256 + (window[at + i] as number);
    // A time before 1970, which is over; 0 stands for none here.
    const isNegative = (window[at + sizeBytes - 1] as number) >= 0x80;
    this.expireAtMs = isNegative ? 1 : Math.max(1, value * unitMs);
    source.at += sizeBytes;
    return "more";
  }

  private readAux(): Step {
    const name = this.readText();
    const value = name === undefined ? undefined : this.readText();
    if (name === undefined || value === undefined)
      return this.fail("a fact about the file is malformed or cut off");
    if (this.aux.size < 64) this.aux.set(latin1Text(name), latin1Text(value.subarray(0, 256)));
    return "more";
  }

  private selectDb(): Step {
    const db = this.readLength();
    const { databases } = this.options;
    if (db < 0) return this.fail(CUT_OFF);
    if (db >= databases) return this.fail(`it has a database ${db}, and this server has ${databases}`);
    this.db = db;
    return "more";
  }

  private skipLengths(count: number): Step {
    for (let i = 0; i < count; i++) if (this.readLength() < 0) return this.fail(CUT_OFF);
    return "more";
  }

  private readLibrary(): Step {
    const code = this.readText();
    if (code === undefined) return this.fail("the code of a library is malformed or cut off");
    const copy = new Uint8Array(code.length);
    copy.set(code);
    const error = this.options.loadLibrary(copy);
    if (error !== undefined) return this.fail(`a library of functions cannot be loaded: ${error}`);
    this.librariesLoaded++;
    return "more";
  }

  private readEnd(): Step {
    const { source, options } = this;
    if (this.version < checksumSinceVersion) return "done";
    source.pass();
    if (!source.need(0, checksumSizeBytes)) return this.fail(CUT_OFF);
    const isNone = source.window.subarray(0, checksumSizeBytes).every((byte) => byte === 0);
    if (options.isChecked && !isNone && !this.checksum.equals(source.window, 0)) {
      return this.fail("RDB CRC error, its checksum is not that of what it holds");
    }
    source.at = checksumSizeBytes;
    return "done";
  }

  private readLength(): number {
    const { source } = this;
    const end = lengthEnd(source, source.at);
    if (end < 0) return -1;
    source.at = end;
    return lengthRead();
  }

  // The string at the source's place.
  private readText(): Uint8Array | undefined {
    const { source, cursor } = this;
    const end = stringEnd(source, source.at);
    if (end < 0) return undefined;
    cursor.bytes = source.window;
    cursor.at = source.at;
    cursor.end = end;
    source.at = end;
    return readString(cursor, STRING_BYTES_MAX);
  }

  // A module's name stands in the top 54 bits of its id, six for each letter.
  private moduleAt(at: number): string {
    const { source } = this;
    if (lengthEnd(source, at) !== at + 9) return "whose name cannot be read";
    let name = "";
    let id = 0n;
    for (let i = 1; i <= 8; i++) id = (id << 8n) | BigInt(source.window[at + i] as number);
    for (let shift = 58n; shift >= 10n; shift -= 6n)
      name += MODULE_NAME_LETTERS[Number((id >> shift) & 63n)] ?? "";
    return JSON.stringify(name);
  }

  private fail(reason: string): Step {
    const { source } = this;
    this.failure ??= { reason: source.hasFailed ? "it cannot be read" : reason, offset: source.offset };
    return "failed";
  }
}
