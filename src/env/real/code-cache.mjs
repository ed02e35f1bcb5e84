// Code cache: keeps stripped and compiled sources between runs, in node_modules/.cache.
//
// Role: preloaded (`--import`) by the start script. Type stripping loads a WebAssembly compiler that is never
// given back, 12 MB of private memory beside the 8 MB of an idle server; sources found in this cache need none
// of it. It is JavaScript because it has to run before the first TypeScript file is loaded.
// Invariant: the server behaves the same without it. A cache that cannot be written is no error.

import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../../node_modules/.cache/shadis/code", import.meta.url)));
