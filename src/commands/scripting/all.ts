// All commands of the scripting family, by name.

import type { CommandDeclaration } from "../define.ts";
import { evalRo, evalsha, evalshaRo, evaluate } from "./eval.ts";
import { fcall, fcallRo } from "./fcall.ts";
import { functions } from "./function.ts";
import { script } from "./script.ts";

export const scriptingCommands: readonly CommandDeclaration[] = [
  ...[evaluate, evalRo, evalsha, evalshaRo],
  ...[fcall, fcallRo, functions, script],
];
