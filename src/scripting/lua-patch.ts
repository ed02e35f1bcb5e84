// Lua patch: adds read-only tables to the stock Lua 5.1 machine, as Redis's own Lua has them.
//
// Role: rewrites the module's bytes before they are compiled. Three functions get a guard in front, and their old
// bodies move to the end of the module. A guard looks at a bit of the table that Lua leaves alone; when it is set, it
// calls through a slot of the function table that `LuaMachine` fills with what raises the error.
//
//   body of luaH_set     : if (table.marked & 0x80) slot(L);  return luaH_set'(L, table, key)
//   body of luaH_setnum  : the same
//   lua_setmetatable     : the same, for the value at a positive index
//
// Everything in Lua that assigns to a table passes through the first two. The places are those of one build, which
// is recognized by its length and by the sizes of the three bodies.
// Invariant: a module that is not recognized is not patched and not run.

/** The bit of a table's `marked` byte that says it is read-only; the collector neither sets nor clears it. */
export const READONLY_BIT = 0x80;
/** Where the mark byte is, from the start of an object. */
const MARKED_OFFSET = 5;

const MODULE_BYTES = 203_782;
const TABLE_SLOTS = 177;
const IMPORTED_FUNCTIONS = 27;
const FUNCTIONS = 539;
const LUAH_SET = 418;
const LUAH_SETNUM = 419;
const LUA_SETMETATABLE = 78;
const SIZES = new Map([
  [LUAH_SET, 95],
  [LUAH_SETNUM, 198],
  [LUA_SETMETATABLE, 420],
]);
const TYPE_LIL_I = 1; // (i32, i32, i32) -> i32
const TYPE_LI_I = 4; // (i32, i32) -> i32
const TYPE_L = 6; // (i32) -> ()
const SECTION_FUNCTION = 3;
const SECTION_CODE = 10;

/** The slot of the function table that the guards call; it is the first one beyond the module's own. */
export const READONLY_SLOT = TABLE_SLOTS;

/** The module with guards, or undefined when it is not the build that this was written for. */
export function patchLua(module: Uint8Array): Uint8Array | undefined {
  if (module.length !== MODULE_BYTES) return undefined;
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  const reader = new Reader(module, 8);
  while (reader.at < module.length) {
    const start = reader.at;
    const id = reader.byte();
    const length = reader.number();
    const body = module.subarray(reader.at, reader.at + length);
    reader.at += length;
    if (id === SECTION_FUNCTION) parts.push(section(id, withMoreFunctions(body)));
    else if (id === SECTION_CODE) {
      const patched = withGuards(body);
      if (patched === undefined) return undefined;
      parts.push(section(id, patched));
    } else parts.push(module.subarray(start, reader.at));
  }
  return joined(parts);
}

function withMoreFunctions(body: Uint8Array): Uint8Array {
  const reader = new Reader(body, 0);
  const count = reader.number();
  const added = Uint8Array.of(TYPE_LIL_I, TYPE_LIL_I, TYPE_LI_I);
  return joined([Uint8Array.from(encoded(count + 3)), body.subarray(reader.at), added]);
}

function withGuards(body: Uint8Array): Uint8Array | undefined {
  const reader = new Reader(body, 0);
  const count = reader.number();
  if (count !== FUNCTIONS) return undefined;
  const moved: Uint8Array[] = [];
  const parts: Uint8Array[] = [Uint8Array.from(encoded(count + 3))];
  for (let i = 0; i < count; i++) {
    const start = reader.at;
    const length = reader.number();
    const end = reader.at + length;
    const own = IMPORTED_FUNCTIONS + i;
    const size = SIZES.get(own);
    if (size === undefined) parts.push(body.subarray(start, end));
    else {
      if (size !== length) return undefined;
      const index = IMPORTED_FUNCTIONS + count + newIndexOf(own);
      parts.push(own === LUA_SETMETATABLE ? guardOfMetatable(index) : guardOfSet(index));
      moved[newIndexOf(own)] = body.subarray(start, end);
    }
    reader.at = end;
  }
  return joined([...parts, ...moved]);
}

function newIndexOf(index: number): number {
  if (index === LUAH_SET) return 0;
  return index === LUAH_SETNUM ? 1 : 2;
}

const op = {
  ifThen: [0x04, 0x40],
  end: [0x0b],
  call: 0x10,
  callIndirect: [0x11, TYPE_L, 0],
  get: 0x20,
  tee: 0x22,
  load: 0x28,
  loadByte: 0x2d,
  const: 0x41,
  eq: 0x46,
  greater: 0x4a,
  add: 0x6a,
  sub: 0x6b,
  and: 0x71,
  shl: 0x74,
} as const;

// if (argument 1 has the bit) raise(L)
const refuseIfReadonly = [
  ...[op.loadByte, 0, MARKED_OFFSET, op.const, ...signed(READONLY_BIT), op.and],
  ...[...op.ifThen, op.get, 0, op.const, ...signed(READONLY_SLOT), ...op.callIndirect, ...op.end],
];

function guardOfSet(original: number): Uint8Array {
  return code([
    ...[0, op.get, 1, ...refuseIfReadonly],
    ...[op.get, 0, op.get, 1, op.get, 2, op.call, ...encoded(original), ...op.end],
  ]);
}

function guardOfMetatable(original: number): Uint8Array {
  const value = 2; // A local: where the value at the index lies.
  return code([
    ...[1, 1, 0x7f],
    ...[op.get, 1, op.const, 0, op.greater, ...op.ifThen],
    ...[
      op.get,
      0,
      op.load,
      2,
      12,
      op.get,
      1,
      op.const,
      4,
      op.shl,
      op.add,
      op.const,
      16,
      op.sub,
      op.tee,
      value,
    ],
    ...[op.load, 2, 8, op.const, 5, op.eq, ...op.ifThen],
    ...[op.get, value, op.load, 2, 0, ...refuseIfReadonly],
    ...[...op.end, ...op.end],
    ...[op.get, 0, op.get, 1, op.call, ...encoded(original), ...op.end],
  ]);
}

function code(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...encoded(bytes.length), ...bytes]);
}

function section(id: number, body: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([id, ...encoded(body.length)]), body]);
}

/** An unsigned LEB128. */
export function encoded(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

// A signed LEB128 of a value that is not negative.
function signed(value: number): number[] {
  const bytes = encoded(value);
  const last = bytes[bytes.length - 1] as number;
  if ((last & 64) === 0) return bytes;
  bytes[bytes.length - 1] = last | 128;
  return [...bytes, 0];
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

class Reader {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] as number;
  }

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}
