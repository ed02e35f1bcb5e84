// Thunks: functions of ours as WebAssembly's own, which is what a function table takes.

import { encoded, joined } from "./lua-patch.ts";

// The compiler's libraries for servers do not know of WebAssembly.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

export type Kind = "function" | "guard" | "hook";

// The types of what Lua calls, as the module names them: parameters and results.
const typeOf: Readonly<Record<Kind, readonly number[]>> = {
  function: [0x60, 1, 0x7f, 1, 0x7f],
  guard: [0x60, 1, 0x7f, 0],
  hook: [0x60, 2, 0x7f, 0x7f, 0],
};

// By kind and number of functions: a further machine needs the same ones.
const modules = new Map<string, object>();

function moduleOf(kind: Kind, functionCount: number): object {
  const key = `${kind} ${functionCount}`;
  const known = modules.get(key);
  if (known !== undefined) return known;
  const names = Array.from({ length: functionCount }, (_, i) => `${i}`);
  const bytesOf = (name: string): number[] => [
    ...encoded(name.length),
    ...[...name].map((c) => c.charCodeAt(0)),
  ];
  const imports = names.flatMap((name) => [...bytesOf("f"), ...bytesOf(name), 0, 0]);
  const exports = names.flatMap((name, i) => [...bytesOf(name), 0, ...encoded(i)]);
  const section = (id: number, body: readonly number[]): Uint8Array =>
    Uint8Array.from([id, ...encoded(body.length), ...body]);
  const count = encoded(names.length);
  const module = new WebAssembly.Module(
    joined([
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      section(1, [1, ...typeOf[kind]]),
      section(2, [...count, ...imports]),
      section(7, [...count, ...exports]),
    ]),
  );
  modules.set(key, module);
  return module;
}

/** One for each function: a module that imports ours and exports them again makes them such. */
export function thunks(
  functions: readonly ((state: number, record: number) => unknown)[],
  kind: Kind,
): unknown[] {
  const f = Object.fromEntries(functions.map((each, i) => [`${i}`, each]));
  const instance = new WebAssembly.Instance(moduleOf(kind, functions.length), { f });
  const exported = instance.exports as Readonly<Record<string, unknown>>;
  return functions.map((_, i) => exported[`${i}`]);
}
