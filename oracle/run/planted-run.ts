// Planted run: the oracle run in this process, with one planted error in the server it judges.
//
// Role: started by planted.ts with the error's id, or "control" for none, and the options of a run. The error is put into the file's text as
// the file is loaded, so everything that leads to the server must be loaded after that.

import "./heap.ts";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { planted } from "../planted/list.ts";

const [id = "", ...words] = process.argv.slice(2);
const isControl = id === "control";
const error = isControl ? planted[0] : planted.find((each) => each.id === id);
if (error === undefined) throw new Error(`no planted error is called ${id}`);

const root = join(import.meta.dirname, "..", "..");
const target = pathToFileURL(join(root, error.path)).href;
const loads: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    loads.push(url);
    if (isControl) return loaded;
    const text =
      typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    if (text.split(error.find).length !== 2)
      throw new Error(`${error.path} does not hold the text of ${id} once`);
    return { ...loaded, source: text.replace(error.find, () => error.replace) };
  },
});

const { readOptions } = await import("./options.ts");
const { Run } = await import("./run.ts");
const options = readOptions(["--no-files", "--max-differences", "1", ...words]);
const run = await Run.start(options);
if (loads.length !== 1) throw new Error(`${error.path} was loaded ${loads.length} times`);
const result = await run.perform([options.seed], options.ops, false);
await new Promise((resolve) => {
  if (process.send === undefined) resolve(undefined);
  else process.send(result, resolve);
});
if (process.send !== undefined) process.disconnect();
