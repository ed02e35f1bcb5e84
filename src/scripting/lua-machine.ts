// Lua machine: one instance of Lua 5.1, compiled to WebAssembly, and its memory.
//
// Role: the only file that knows how the module is put to work: its imports, errors that unwind it, functions of ours
// that Lua calls, and the layout of its objects. Everything else goes through `api`, Lua's own C interface, or reads
// values where they lie.
//
//   Lua error:   lua_error -> _emscripten_throw_longjmp throws UNWINDING -> invoke_vii catches it and sets a flag, which
//                the module looks at behind each protected call
//
// Invariants:
//   - `bytes`, `i32` and `f64` are views of the present memory: they are made anew where it grows. Who calls into the
//     module reads them again afterwards.
//   - an exception that is not UNWINDING passes through all of Lua; the machine must not be used after it.

import type { LuaApi, LuaApiName, LuaFunction } from "./lua-api.ts";
import { patchLua, READONLY_BIT, READONLY_SLOT } from "./lua-patch.ts";
import { thunks } from "./lua-thunks.ts";

export const NIL = 0;
export const BOOLEAN = 1;
export const LIGHT_USERDATA = 2;
export const NUMBER = 3;
export const STRING = 4;
export const TABLE = 5;
export const FUNCTION = 6;

export const REGISTRY = -10_000;
export const GLOBALS = -10_002;
/** lua_resume's answer for a thread that has yielded. */
export const YIELDED = 1;
export const MASK_COUNT = 8;

// Where things are, in bytes from the start of an object.
const STATE_TOP = 8;
const STATE_BASE = 12;
const STATE_C_CALLS = 52; // Two 16-bit counts: C calls open, and open when the thread was resumed.
const STRING_HASH = 8;
const STRING_LENGTH = 12;
const STRING_BYTES = 16;
const TABLE_NODE_BITS = 7;
const TABLE_ARRAY = 12;
const TABLE_NODES = 16;
const TABLE_ARRAY_SIZE = 28;
const VALUE_TYPE = 8;
const VALUE_BYTES = 16;
const NODE_BYTES = 32; // The value, and then the key with the next node of its chain.
const NODE_KEY = 16;
const NODE_NEXT = 28;

const PAGE_BYTES = 65_536;
const RESERVE_BYTES = 1024 * 1024;
const SCRATCH_BYTES_MIN = 4096;
const NO_SYSTEM_CALL = -52;

/** What passes through WebAssembly's frames when Lua raises an error. */
const UNWINDING = Object.freeze({ reason: "Lua error" });

type Memory = { readonly buffer: ArrayBuffer; grow(pages: number): number };
type Table = {
  get(index: number): (...args: number[]) => number;
  set(index: number, value: unknown): void;
  grow(by: number): number;
};
type Exports = LuaApi & { readonly memory: Memory; readonly __indirect_function_table: Table };
// The compiler's libraries for servers do not know of WebAssembly.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

export type LuaMachineParts = {
  /** The module as it comes from its package. */
  readonly program: Uint8Array;
  /** Memory in bytes beyond which an allocation fails with an error of Lua's. */
  readonly bytesMax: number;
};

/** Thrown when the machine cannot be used (any more). */
export class LuaFailure extends Error {}

// A machine that is made anew (SCRIPT FLUSH, one that has grown) needs no second compilation.
const compiled = new WeakMap<Uint8Array, object>();

function moduleOf(program: Uint8Array): object {
  const known = compiled.get(program);
  if (known !== undefined) return known;
  const patched = patchLua(program);
  if (patched === undefined) throw new LuaFailure("the Lua module is not the build that is known");
  const module = new WebAssembly.Module(patched);
  compiled.set(program, module);
  return module;
}

export class LuaMachine {
  readonly api: LuaApi;
  /** The main thread. */
  readonly state: number;
  bytes = new Uint8Array(0);
  i32 = new Int32Array(0);
  f64 = new Float64Array(0);

  private readonly memory: Memory;
  private readonly table: Table;
  private readonly functions: ((...args: number[]) => number)[] = [];
  private readonly bytesMax: number;
  private reserveBytes = 0;
  private scratchAt = 0;
  private scratchBytes = 0;
  private readonly names = new Map<string, number>();

  constructor(parts: LuaMachineParts) {
    this.bytesMax = parts.bytesMax;
    const instance = new WebAssembly.Instance(moduleOf(parts.program), this.imports());
    const exports = instance.exports as Exports;
    this.api = exports;
    this.memory = exports.memory;
    this.table = exports.__indirect_function_table;
    this.look();
    exports.emscripten_stack_init();
    exports.__wasm_call_ctors();
    const [slot, guard] = [this.table.grow(1), thunks([(state) => this.raiseReadonly(state)], "guard")[0]];
    if (slot !== READONLY_SLOT) throw new LuaFailure("the Lua module's function table is not as it is known");
    this.table.set(slot, guard);
    this.state = exports.luaL_newstate();
    if (this.state === 0) throw new LuaFailure("not enough memory for Lua");
    // The first reference that is given back takes memory, which may be what is lacking then.
    exports.lua_pushboolean(this.state, 1);
    exports.luaL_unref(this.state, REGISTRY, exports.luaL_ref(this.state, REGISTRY));
  }

  /** Bytes of memory of the instance. */
  get memoryBytes(): number {
    return this.bytes.length;
  }

  // --- Functions of ours that Lua calls ---

  /** Slots of the function table for functions of ours, or for those that the module exports. */
  slots(functions: readonly LuaFunction[]): number[] {
    return thunks(functions, "function").map((thunk) => this.addSlot(thunk));
  }

  /** The slot of a function that the module itself exports, such as luaopen_base. */
  slotOf(name: LuaApiName): number {
    return this.addSlot(this.api[name]);
  }

  /** The slot of a hook: called with the thread and what it is told. */
  hookSlot(hook: (state: number, record: number) => void): number {
    return this.addSlot(thunks([hook], "hook")[0]);
  }

  private addSlot(value: unknown): number {
    const slot = this.table.grow(1);
    this.table.set(slot, value);
    return slot;
  }

  // --- Values where they lie ---

  /** The address of the value at a positive index of the running function's stack; beyond the top: 0. */
  at(state: number, index: number): number {
    const address = (this.i32[(state + STATE_BASE) >> 2] as number) + (index - 1) * VALUE_BYTES;
    return address < (this.i32[(state + STATE_TOP) >> 2] as number) ? address : 0;
  }

  /** The address of the value on top of a stack. */
  top(state: number): number {
    return (this.i32[(state + STATE_TOP) >> 2] as number) - VALUE_BYTES;
  }

  /** How many values the running function's stack holds. */
  count(state: number): number {
    const { i32 } = this;
    return (
      ((i32[(state + STATE_TOP) >> 2] as number) - (i32[(state + STATE_BASE) >> 2] as number)) / VALUE_BYTES
    );
  }

  /** The type of a value; NIL of the address 0. */
  typeAt(value: number): number {
    return value === 0 ? NIL : (this.i32[(value + VALUE_TYPE) >> 2] as number);
  }

  numberAt(value: number): number {
    return this.f64[value >> 3] as number;
  }

  /** A value's 32-bit payload: a boolean, or the address of an object. */
  wordAt(value: number): number {
    return this.i32[value >> 2] as number;
  }

  isTrue(value: number): boolean {
    const type = this.typeAt(value);
    return type !== NIL && (type !== BOOLEAN || this.wordAt(value) !== 0);
  }

  /** Where a string's bytes begin. */
  stringStart(value: number): number {
    return this.wordAt(value) + STRING_BYTES;
  }

  stringLength(value: number): number {
    return this.i32[(this.wordAt(value) + STRING_LENGTH) >> 2] as number;
  }

  /** A string's bytes as text, Latin-1. */
  textAt(value: number): string {
    const start = this.stringStart(value);
    return this.textOf(start, start + this.stringLength(value));
  }

  textOf(start: number, end: number): string {
    const { bytes } = this;
    let text = "";
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] as number);
    return text;
  }

  /** A text that ends with a NUL byte. */
  cText(start: number): string {
    return this.textOf(start, this.bytes.indexOf(0, start));
  }

  // --- Tables where they lie ---

  arraySize(table: number): number {
    return this.i32[(table + TABLE_ARRAY_SIZE) >> 2] as number;
  }

  nodeCount(table: number): number {
    return 1 << (this.bytes[table + TABLE_NODE_BITS] as number);
  }

  /** The value at an integer key; 0 when there is none. */
  atInteger(table: number, key: number): number {
    if (key >= 1 && key <= this.arraySize(table)) {
      const value = (this.i32[(table + TABLE_ARRAY) >> 2] as number) + (key - 1) * VALUE_BYTES;
      return this.typeAt(value) === NIL ? 0 : value;
    }
    const count = this.nodeCount(table);
    let node = this.i32[(table + TABLE_NODES) >> 2] as number;
    if (key !== 0) node += (hashOfNumber(key) % ((count - 1) | 1)) * NODE_BYTES;
    for (; node !== 0; node = this.i32[(node + NODE_NEXT) >> 2] as number) {
      const at = node + NODE_KEY;
      if (this.typeAt(at) === NUMBER && this.numberAt(at) === key)
        return this.typeAt(node) === NIL ? 0 : node;
    }
    return 0;
  }

  /** The value at a key that is the string object at `name` (see `intern`); 0 when there is none. */
  atName(table: number, name: number): number {
    const count = this.nodeCount(table);
    const nodes = this.i32[(table + TABLE_NODES) >> 2] as number;
    let node = nodes + ((this.i32[(name + STRING_HASH) >> 2] as number) & (count - 1)) * NODE_BYTES;
    for (; node !== 0; node = this.i32[(node + NODE_NEXT) >> 2] as number) {
      const at = node + NODE_KEY;
      if (this.wordAt(at) === name && this.typeAt(at) === STRING) return this.typeAt(node) === NIL ? 0 : node;
    }
    return 0;
  }

  /** The address of a string object that is kept for ever, for `atName`. */
  intern(text: string): number {
    let address = this.names.get(text);
    if (address !== undefined) return address;
    this.pushText(this.state, text);
    address = this.wordAt(this.top(this.state));
    this.api.luaL_ref(this.state, REGISTRY);
    this.names.set(text, address);
    return address;
  }

  /**
   * The place of the first element at or after `place`, -1 at the end: array elements come first, then nodes, as in
   * `next`. Places count from 0.
   */
  nextPlace(table: number, place: number): number {
    const arraySize = this.arraySize(table);
    const array = this.i32[(table + TABLE_ARRAY) >> 2] as number;
    let at = place;
    for (; at < arraySize; at++) if (this.typeAt(array + at * VALUE_BYTES) !== NIL) return at;
    const nodes = this.i32[(table + TABLE_NODES) >> 2] as number;
    const end = arraySize + this.nodeCount(table);
    for (; at < end; at++) if (this.typeAt(nodes + (at - arraySize) * NODE_BYTES) !== NIL) return at;
    return -1;
  }

  /** The value at a place that `nextPlace` gave. */
  valueAtPlace(table: number, place: number): number {
    const arraySize = this.arraySize(table);
    if (place < arraySize) return (this.i32[(table + TABLE_ARRAY) >> 2] as number) + place * VALUE_BYTES;
    return (this.i32[(table + TABLE_NODES) >> 2] as number) + (place - arraySize) * NODE_BYTES;
  }

  /** The key's value at such a place, 0 for an element of the array, whose key is place + 1. */
  keyAtPlace(table: number, place: number): number {
    const arraySize = this.arraySize(table);
    if (place < arraySize) return 0;
    return (this.i32[(table + TABLE_NODES) >> 2] as number) + (place - arraySize) * NODE_BYTES + NODE_KEY;
  }

  // --- Onto the stack ---

  /** Room of at least `length` bytes in Lua's memory, valid until the next call of this. */
  scratch(length: number): number {
    if (length <= this.scratchBytes) return this.scratchAt;
    if (this.scratchAt !== 0) this.api.free(this.scratchAt);
    this.scratchBytes = Math.max(length + (length >> 1), SCRATCH_BYTES_MIN);
    this.scratchAt = this.api.malloc(this.scratchBytes);
    if (this.scratchAt !== 0) return this.scratchAt;
    this.scratchBytes = 0;
    throw new LuaFailure("not enough memory");
  }

  /** Gives a large scratch room back. */
  dropScratch(bytesKept: number): void {
    if (this.scratchBytes <= bytesKept) return;
    this.api.free(this.scratchAt);
    this.scratchAt = 0;
    this.scratchBytes = 0;
  }

  pushBytes(state: number, source: Uint8Array, start: number, end: number): void {
    const at = this.scratch(end - start);
    const { bytes } = this;
    if (end - start < 64) for (let i = start; i < end; i++) bytes[at + i - start] = source[i] as number;
    else bytes.set(source.subarray(start, end), at);
    this.api.lua_pushlstring(state, at, end - start);
  }

  /** Pushes a text, one byte for each character (Latin-1). */
  pushText(state: number, text: string): void {
    const at = this.scratchText(text);
    this.api.lua_pushlstring(state, at, text.length);
  }

  /** Puts a text and a NUL into the scratch room. */
  scratchText(text: string): number {
    const at = this.scratch(text.length + 1);
    const { bytes } = this;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    bytes[at + text.length] = 0;
    return at;
  }

  pushCopy(state: number, text: string, index: number): void {
    this.api.lua_getfield(state, index, this.scratchText(text));
  }

  /** table[name] = the value on top, which is popped; no metatable is asked when the table has none. */
  setField(state: number, index: number, name: string): void {
    this.api.lua_setfield(state, index, this.scratchText(name));
  }

  getField(state: number, index: number, name: string): void {
    this.api.lua_getfield(state, index, this.scratchText(name));
  }

  // --- Errors ---

  /** Raises what is on top of the stack. */
  raise(state: number): never {
    this.api.lua_error(state);
    throw new LuaFailure("lua_error returned");
  }

  /** Raises a text with the position of the function at `level` before it (0 is the one that runs). */
  raiseText(state: number, text: string, level = 1): never {
    this.api.luaL_where(state, level);
    this.pushText(state, text);
    this.api.lua_concat(state, 2);
    return this.raise(state);
  }

  private raiseReadonly(state: number): never {
    return this.raiseText(state, "Attempt to modify a readonly table", 0);
  }

  /** Raises "bad argument"; `text` says what is wrong with argument `index`. */
  raiseArgument(state: number, index: number, text: string): never {
    const at = this.api.malloc(text.length + 1);
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = text.charCodeAt(i);
    this.bytes[at + text.length] = 0;
    try {
      this.api.luaL_argerror(state, index, at);
    } finally {
      this.api.free(at);
    }
    throw new LuaFailure("luaL_argerror returned");
  }

  /** Whether the thread could yield here: no call of C code that cannot be left is open in it. */
  mayYield(state: number): boolean {
    const { bytes } = this;
    const at = state + STATE_C_CALLS;
    return bytes[at] === bytes[at + 2] && bytes[at + 1] === bytes[at + 3];
  }

  /** Makes a table read-only, or writable again. */
  setReadonly(table: number, isReadonly: boolean): void {
    const { bytes } = this;
    const marked = bytes[table + 5] as number;
    bytes[table + 5] = isReadonly ? marked | READONLY_BIT : marked & ~READONLY_BIT;
  }

  isReadonly(table: number): boolean {
    return ((this.bytes[table + 5] as number) & READONLY_BIT) !== 0;
  }

  private look(): void {
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Lets `work` take a little more memory than the limit: to tidy up where there is none left. */
  withReserve(work: () => void): void {
    this.reserveBytes = RESERVE_BYTES;
    work();
    this.reserveBytes = 0;
  }

  private resize(wanted: number): number {
    const bytes = wanted >>> 0;
    const bytesMax = this.bytesMax + this.reserveBytes;
    if (bytes > bytesMax) return 0;
    const present = this.bytes.length;
    const target = Math.min(bytesMax, Math.max(bytes, present + (present >> 2)));
    try {
      this.memory.grow(Math.ceil((target - present) / PAGE_BYTES));
    } catch {
      return 0; // The machine has no more.
    }
    this.look();
    return 1;
  }

  // A protected call: what it calls returns, or unwinds up to here.
  private invoke(index: number, a: number, b: number): void {
    const { api } = this;
    const stack = api.stackSave();
    try {
      let called = this.functions[index];
      if (called === undefined) {
        called = this.table.get(index);
        this.functions[index] = called;
      }
      called(a, b);
    } catch (error) {
      api.stackRestore(stack);
      if (error !== UNWINDING) throw error;
      api.setThrew(1, 0);
    }
  }

  // The outside of the module: memory and unwinding; no files, no system, and time that stands still.
  private imports(): object {
    const refuse = (): number => NO_SYSTEM_CALL;
    const nothing = (): number => 0;
    const env = {
      exit: () => {
        throw new LuaFailure("Lua gave up: not enough memory");
      },
      invoke_vii: (index: number, a: number, b: number) => this.invoke(index, a, b),
      _emscripten_throw_longjmp: () => {
        throw UNWINDING;
      },
      emscripten_memcpy_js: (to: number, from: number, count: number) =>
        this.bytes.copyWithin(to >>> 0, from >>> 0, (from + count) >>> 0),
      emscripten_resize_heap: (wanted: number) => this.resize(wanted),
      emscripten_date_now: nothing,
      _emscripten_get_now_is_monotonic: () => 1,
      strftime: nothing,
      _emscripten_system: refuse,
      _tzset_js: nothing,
      _mktime_js: nothing,
      _localtime_js: nothing,
      _gmtime_js: nothing,
    };
    const calls = ["openat", "fcntl64", "ioctl", "dup3", "unlinkat", "rmdir", "renameat", "readlinkat"];
    for (const name of calls) Object.assign(env, { [`__syscall_${name}`]: refuse });
    const names = ["fd_write", "fd_read", "fd_close", "fd_seek", "environ_sizes_get", "environ_get"];
    return { env, wasi_snapshot_preview1: Object.fromEntries(names.map((name) => [name, () => 8])) };
  }
}

// The sum of a double's halves, as Lua's `hashnum` makes it.
function hashOfNumber(key: number): number {
  scratchNumber[0] = key;
  return ((scratchWords[0] as number) + (scratchWords[1] as number)) >>> 0;
}
const scratchNumber = new Float64Array(1);
const scratchWords = new Uint32Array(scratchNumber.buffer);
