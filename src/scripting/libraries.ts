// Libraries of functions: what FUNCTION LOAD has loaded, by name, and the functions in them.
//
// Role: the rules about names and collisions; compiling is the engine's.
// Invariant: a function's name belongs to one library.

import type { RegisteredFunction } from "./script-host.ts";
import { readLibraryHeader } from "./shebang.ts";

export type Library = {
  readonly name: string;
  readonly code: Uint8Array;
  functions: readonly RegisteredFunction[];
};

/** Compiles code, from a place on, and runs it: its functions, or the error's text. */
export type LoadCode = (code: Uint8Array, start: number) => readonly RegisteredFunction[] | string;

export class Libraries {
  readonly byName = new Map<string, Library>();
  // By name in lower case: FCALL does not mind the case.
  private readonly functions = new Map<
    string,
    { readonly library: Library; readonly own: RegisteredFunction }
  >();

  find(name: string): RegisteredFunction | undefined {
    return this.functions.get(name.toLowerCase())?.own;
  }

  get functionCount(): number {
    return this.functions.size;
  }

  /** Bytes of names and code. */
  get bytes(): number {
    let bytes = 0;
    for (const { name, code } of this.byName.values()) bytes += name.length + code.length;
    return bytes;
  }

  /** Loads a library; its name, or the error. What it replaces comes in `replaced`. */
  load(
    code: Uint8Array,
    options: {
      readonly isReplacing: boolean;
      readonly load: LoadCode;
      readonly forget: (library: Library) => void;
    },
  ): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly error: string } {
    const read = this.read(code, options.isReplacing, options.load);
    if (typeof read === "string") return { ok: false, error: read };
    const old = this.byName.get(read.name);
    for (const { name } of read.functions) {
      const other = this.functions.get(name.toLowerCase());
      if (other === undefined || other.library === old) continue;
      options.forget(read);
      return { ok: false, error: `ERR Function ${name} already exists` };
    }
    if (old !== undefined) {
      this.unlink(old);
      options.forget(old);
    }
    this.link(read);
    return { ok: true, name: read.name };
  }

  delete(name: string): Library | undefined {
    const library = this.byName.get(name);
    if (library !== undefined) this.unlink(library);
    return library;
  }

  /** Takes over all libraries of `others`, all or none; the libraries that were replaced, or the error. */
  join(others: Libraries, isReplacing: boolean): readonly Library[] | string {
    const replaced: Library[] = [];
    for (const name of others.byName.keys()) {
      const own = this.byName.get(name);
      if (own === undefined) continue;
      if (!isReplacing) return `ERR Library ${name} already exists`;
      replaced.push(own);
    }
    for (const [key, { own: other }] of others.functions) {
      const own = this.functions.get(key);
      if (own !== undefined && !replaced.includes(own.library))
        return `ERR Function ${other.name} already exists`;
    }
    for (const library of replaced) this.unlink(library);
    for (const library of others.byName.values()) this.link(library);
    return replaced;
  }

  /** Loads the code of all libraries again, into a new engine. */
  reload(load: LoadCode): void {
    const all = [...this.byName.values()];
    this.byName.clear();
    this.functions.clear();
    for (const library of all) {
      const header = readLibraryHeader(headerText(library.code));
      const functions = header.ok ? load(library.code, header.length) : [];
      library.functions = typeof functions === "string" ? [] : functions;
      this.link(library);
    }
  }

  clear(): void {
    this.byName.clear();
    this.functions.clear();
  }

  private read(code: Uint8Array, isReplacing: boolean, load: LoadCode): Library | string {
    const header = readLibraryHeader(headerText(code));
    if (!header.ok) return header.error;
    const { name } = header;
    if (!/^[A-Za-z0-9_]+$/.test(name)) {
      const rule =
        "can only contain letters, numbers, or underscores(_) and must be at least one character long";
      return `ERR Library names ${rule}`;
    }
    if (header.engine.toLowerCase() !== "lua") return `ERR Engine '${header.engine}' not found`;
    if (this.byName.has(name) && !isReplacing) return `ERR Library '${name}' already exists`;
    const functions = load(code, header.length);
    if (typeof functions === "string") return `ERR ${functions}`;
    if (functions.length === 0) return "ERR No functions registered";
    return { name, code, functions };
  }

  private link(library: Library): void {
    this.byName.set(library.name, library);
    for (const own of library.functions) this.functions.set(own.name.toLowerCase(), { library, own });
  }

  private unlink(library: Library): void {
    this.byName.delete(library.name);
    for (const { name } of library.functions) this.functions.delete(name.toLowerCase());
  }
}

// The first line and its end, as text: all that is read of the code here.
function headerText(code: Uint8Array): string {
  const end = code.indexOf(10);
  let text = "";
  for (let i = 0; i < (end < 0 ? Math.min(code.length, 1024) : end + 1); i++) {
    text += String.fromCharCode(code[i] as number);
  }
  return text;
}
