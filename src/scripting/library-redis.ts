// The `redis` library: redis.call and everything else that scripts ask of the server.
//
// Role: reads arguments from Lua's stack where they lie, hands them to the host, and turns replies into values.

import { sha1Hex } from "../lib/sha1.ts";
import { Args } from "../resp/args.ts";
import { formatGeneral } from "./format-general.ts";
import { type Library, pushLibrary, stringArgument } from "./lua-arguments.ts";
import { FUNCTION, type LuaMachine, NIL, NUMBER, REGISTRY, STRING, TABLE } from "./lua-machine.ts";
import { untilNul } from "./lua-to-reply.ts";
import { ReplyToLua } from "./reply-to-lua.ts";
import type { LogLevel, RegisteredFunction, ScriptHost } from "./script-host.ts";

const levels: readonly LogLevel[] = ["debug", "verbose", "notice", "warning"];
const NUMBER_BYTES_MAX = 32;
export const functionFlags: readonly string[] = [
  ...["no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"],
];

type Registration = { name: string; ref: number; description: string | undefined; flags: readonly string[] };

export class RedisLibrary {
  /** What redis.setresp has chosen. */
  protocol: 2 | 3 = 2;
  /** The functions that the library being loaded has registered; undefined while none is being loaded. */
  registered: RegisteredFunction[] | undefined = undefined;

  private readonly lua: LuaMachine;
  private readonly host: ScriptHost;
  private readonly version: string;
  private readonly noteCall: (state: number) => void;
  private readonly replies: ReplyToLua;
  private readonly args = new Args(new Uint8Array(0));
  private isRunning = false;

  constructor(
    lua: LuaMachine,
    host: ScriptHost,
    parts: { readonly version: string; readonly noteCall: (state: number) => void },
  ) {
    this.lua = lua;
    this.host = host;
    this.version = parts.version;
    this.noteCall = parts.noteCall;
    this.replies = new ReplyToLua(lua);
  }

  /** A script begins to run. */
  begin(): void {
    this.protocol = 2;
    this.isRunning = true;
  }

  end(): void {
    this.isRunning = false;
  }

  get isInScript(): boolean {
    return this.isRunning;
  }

  pushError(state: number, text: string): void {
    this.replies.pushError(state, text);
  }

  /** Pushes the library; `isEval`: with what only EVAL's scripts have. */
  push(state: number, isEval: boolean): void {
    const functions: Library = {
      call: (each) => this.call(each, true),
      pcall: (each) => this.call(each, false),
      log: (each) => this.log(each),
      setresp: (each) => this.setProtocol(each),
      sha1hex: (each) => this.sha1hex(each),
      error_reply: (each) => this.errorReply(each),
      status_reply: (each) => this.statusReply(each),
      set_repl: (each) => this.setReplication(each),
      acl_check_cmd: (each) => this.mayCall(each),
    };
    const onlyEval: Library = {
      breakpoint: (each) => this.answer(each, false),
      debug: () => 0,
      replicate_commands: (each) => this.answer(each, true),
    };
    pushLibrary(this.lua, state, isEval ? { ...functions, ...onlyEval } : functions);
    this.setNumbers(state, { REPL_NONE: 0, REPL_AOF: 1, REPL_SLAVE: 2, REPL_REPLICA: 2, REPL_ALL: 3 });
    this.pushConstants(state);
  }

  /** Pushes the library as the code of a library of functions sees it while it is loaded. */
  pushForLoading(state: number): void {
    pushLibrary(this.lua, state, {
      register_function: (each) => this.register(each),
      log: (each) => this.log(each),
    });
    this.pushConstants(state);
  }

  private pushConstants(state: number): void {
    const { lua } = this;
    this.setNumbers(state, { LOG_DEBUG: 0, LOG_VERBOSE: 1, LOG_NOTICE: 2, LOG_WARNING: 3 });
    const [major = 0, minor = 0, patch = 0] = this.version.split(".").map(Number);
    this.setNumbers(state, { REDIS_VERSION_NUM: (major << 16) | (minor << 8) | patch });
    lua.pushText(state, this.version);
    lua.setField(state, -2, "REDIS_VERSION");
  }

  private setNumbers(state: number, numbers: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(numbers)) {
      this.lua.api.lua_pushnumber(state, value);
      this.lua.setField(state, -2, name);
    }
  }

  private answer(state: number, value: boolean): number {
    this.lua.api.lua_pushboolean(state, value ? 1 : 0);
    return 1;
  }

  private fail(state: number, text: string): never {
    this.replies.pushError(state, text);
    return this.lua.raise(state);
  }

  private expectScript(state: number, name: string): void {
    if (!this.isRunning) this.fail(state, `ERR ${name} can only be called inside a script invocation`);
  }

  private call(state: number, isRaised: boolean): number {
    const { lua, replies } = this;
    this.expectScript(state, "redis.call/pcall");
    this.noteCall(state);
    const fault = this.readArguments(state);
    if (fault !== undefined) {
      replies.pushError(state, fault);
      return isRaised ? lua.raise(state) : 1;
    }
    const { protocol } = this;
    const outcome = this.host.call(this.args);
    lua.api.lua_settop(state, 0);
    if (outcome.kind === "refused") {
      replies.pushCountedError(state, outcome.error);
      return isRaised ? lua.raise(state) : 1;
    }
    replies.push(state, outcome.bytes, outcome.length, protocol);
    return isRaised && outcome.bytes[0] === 45 ? lua.raise(state) : 1;
  }

  // The stack's values as the arguments of a command; a fault's text when they are none.
  private readArguments(state: number): string | undefined {
    const { lua, args } = this;
    const count = lua.count(state);
    if (count === 0) return "ERR Please specify at least one argument for this redis lib call";
    let room = 0;
    args.reset(lua.bytes);
    for (let i = 1; i <= count; i++) {
      const value = lua.at(state, i);
      const type = lua.typeAt(value);
      if (type === STRING) {
        const start = lua.stringStart(value);
        args.push(start, start + lua.stringLength(value));
      } else if (type === NUMBER) {
        if (room === 0) room = lua.scratch((count - i + 1) * NUMBER_BYTES_MAX);
        const text = formatGeneral(lua.numberAt(value), 17);
        const { bytes } = lua;
        for (let k = 0; k < text.length; k++) bytes[room + k] = text.charCodeAt(k);
        args.push(room, room + text.length);
        room += text.length;
      } else return "ERR Lua redis lib command arguments must be strings or integers";
    }
    args.refer(lua.bytes);
    return undefined;
  }

  private mayCall(state: number): number {
    const { lua } = this;
    this.expectScript(state, "redis.acl_check_cmd");
    const fault = this.readArguments(state);
    if (fault !== undefined) this.fail(state, fault);
    const isAllowed = this.host.mayCall(this.args);
    if (isAllowed === undefined) this.fail(state, "ERR Invalid command passed to redis.acl_check_cmd()");
    lua.api.lua_settop(state, 0);
    return this.answer(state, isAllowed === true);
  }

  private sha1hex(state: number): number {
    const { lua } = this;
    if (lua.count(state) !== 1) this.fail(state, "ERR wrong number of arguments");
    const value = lua.at(state, 1);
    const type = lua.typeAt(value);
    if (type === NUMBER) stringArgument(lua, state, 1);
    const isText = type === NUMBER || type === STRING;
    const start = isText ? lua.stringStart(lua.at(state, 1)) : 0;
    const length = isText ? lua.stringLength(lua.at(state, 1)) : 0;
    lua.pushText(state, sha1Hex(lua.bytes, start, start + length));
    return 1;
  }

  private errorReply(state: number): number {
    const { lua, replies } = this;
    if (!this.hasOneText(state)) return this.wrongArguments(state);
    const text = untilNul(lua.textAt(lua.at(state, 1)));
    const body = text.startsWith("-") ? text.slice(1) : text;
    const space = body.indexOf(" ");
    const [code, message] = space < 0 ? ["ERR", body] : [body.slice(0, space), body.slice(space + 1)];
    replies.pushError(state, `${code} ${message.replace(/^[\r\n]+|[\r\n]+$/g, "")}`);
    return 1;
  }

  private statusReply(state: number): number {
    const { lua } = this;
    if (!this.hasOneText(state)) return this.wrongArguments(state);
    lua.api.lua_createtable(state, 0, 1);
    lua.api.lua_pushvalue(state, 1);
    lua.setField(state, -2, "ok");
    return 1;
  }

  private hasOneText(state: number): boolean {
    return this.lua.count(state) === 1 && this.lua.typeAt(this.lua.at(state, 1)) === STRING;
  }

  private wrongArguments(state: number): number {
    this.replies.pushError(state, "ERR wrong number or type of arguments");
    return 1;
  }

  private setReplication(state: number): number {
    const { lua } = this;
    this.expectScript(state, "redis.set_repl");
    if (lua.count(state) !== 1) this.fail(state, "ERR redis.set_repl() requires two arguments.");
    const flags = Math.trunc(lua.api.lua_tonumber(state, -1));
    if ((flags & ~3) !== 0) {
      this.fail(state, "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
    }
    return 0;
  }

  private setProtocol(state: number): number {
    const { lua } = this;
    this.expectScript(state, "redis.setresp");
    if (lua.count(state) !== 1) this.fail(state, "ERR redis.setresp() requires one argument.");
    const protocol = Math.trunc(lua.api.lua_tonumber(state, 1));
    if (protocol !== 2 && protocol !== 3) this.fail(state, "ERR RESP version must be 2 or 3.");
    this.protocol = protocol === 3 ? 3 : 2;
    this.host.setProtocol(this.protocol);
    return 0;
  }

  private log(state: number): number {
    const { lua, host } = this;
    const { api } = lua;
    const count = lua.count(state);
    if (count < 2) this.fail(state, "ERR redis.log() requires two arguments or more.");
    if (api.lua_isnumber(state, 1) === 0)
      this.fail(state, "ERR First argument must be a number (log level).");
    const level = levels[Math.trunc(api.lua_tonumber(state, 1))];
    if (level === undefined) return this.fail(state, "ERR Invalid debug level.");
    if (!host.isLogged(level)) return 0;
    const words: string[] = [];
    for (let i = 2; i <= count; i++) {
      if (api.lua_tolstring(state, i, 0) !== 0) words.push(lua.textAt(lua.at(state, i)));
    }
    host.log(level, words.join(" "));
    return 0;
  }

  // --- redis.register_function ---

  private register(state: number): number {
    const { lua, registered } = this;
    if (registered === undefined) {
      return this.fail(state, "ERR redis.register_function can only be called on FUNCTION LOAD command");
    }
    const count = lua.count(state);
    if (count < 1 || count > 2) this.fail(state, "ERR wrong number of arguments to redis.register_function");
    const read = count === 1 ? this.readNamed(state) : this.readPositional(state);
    if (!/^[A-Za-z0-9_]+$/.test(read.name)) {
      const rule =
        "can only contain letters, numbers, or underscores(_) and must be at least one character long";
      this.refuse(state, read.ref, `Library names ${rule}`);
    }
    if (registered.some(({ name }) => name === read.name)) {
      this.refuse(state, read.ref, "Function already exists in the library");
    }
    registered.push(read);
    return 0;
  }

  private refuse(state: number, ref: number, text: string): never {
    if (ref !== 0) this.lua.api.luaL_unref(state, REGISTRY, ref);
    return this.fail(state, `ERR ${text}`);
  }

  private readPositional(state: number): Registration {
    const { lua } = this;
    const name = this.textOr(state, 1, "first argument to redis.register_function must be a string", 0);
    if (lua.typeAt(lua.at(state, 2)) !== FUNCTION) {
      this.fail(state, "ERR second argument to redis.register_function must be a function");
    }
    return { name, ref: lua.api.luaL_ref(state, REGISTRY), description: undefined, flags: [] };
  }

  private readNamed(state: number): Registration {
    const { lua } = this;
    const { api } = lua;
    if (lua.typeAt(lua.at(state, 1)) !== TABLE) {
      const rule = "is only applicable to Lua table (representing named arguments).";
      this.fail(state, `ERR calling redis.register_function with a single argument ${rule}`);
    }
    let name: string | undefined;
    let description: string | undefined;
    let ref = 0;
    let flags: readonly string[] = [];
    api.lua_pushnil(state);
    while (api.lua_next(state, 1) !== 0) {
      const key = lua.at(state, 2);
      if (lua.typeAt(key) !== STRING && lua.typeAt(key) !== NUMBER) {
        this.refuse(state, ref, "named argument key given to redis.register_function is not a string");
      }
      const word = lua.typeAt(key) === STRING ? untilNul(lua.textAt(key)).toLowerCase() : "";
      if (word === "function_name") {
        name = this.textOr(
          state,
          3,
          "function_name argument given to redis.register_function must be a string",
          ref,
        );
      } else if (word === "description") {
        const text = "description argument given to redis.register_function must be a string";
        description = this.textOr(state, 3, text, ref);
      } else if (word === "callback") {
        if (lua.typeAt(lua.at(state, 3)) !== FUNCTION) {
          this.refuse(state, ref, "callback argument given to redis.register_function must be a function");
        }
        ref = api.luaL_ref(state, REGISTRY);
        continue;
      } else if (word === "flags") flags = this.readFlags(state, ref);
      else this.refuse(state, ref, "unknown argument given to redis.register_function");
      api.lua_settop(state, 2);
    }
    if (name === undefined)
      return this.refuse(state, ref, "redis.register_function must get a function name argument");
    if (ref === 0) return this.refuse(state, ref, "redis.register_function must get a callback argument");
    return { name, ref, description, flags };
  }

  private readFlags(state: number, ref: number): readonly string[] {
    const { lua } = this;
    const value = lua.at(state, 3);
    if (lua.typeAt(value) !== TABLE) {
      const text = "flags argument to redis.register_function must be a table representing function flags";
      this.refuse(state, ref, text);
    }
    const found = new Set<string>();
    for (let i = 1; ; i++) {
      const at = lua.atInteger(lua.wordAt(value), i);
      if (lua.typeAt(at) === NIL) break;
      const flag = lua.typeAt(at) === STRING ? untilNul(lua.textAt(at)).toLowerCase() : "";
      if (!functionFlags.includes(flag)) this.refuse(state, ref, "unknown flag given");
      found.add(flag);
    }
    return functionFlags.filter((flag) => found.has(flag));
  }

  private textOr(state: number, i: number, fault: string, ref: number): string {
    const { lua } = this;
    const type = lua.typeAt(lua.at(state, i));
    if (type !== STRING && type !== NUMBER) this.refuse(state, ref, fault);
    return lua.textAt(stringArgument(lua, state, i));
  }
}
