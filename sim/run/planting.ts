// Planting: replaces one text of one file while it is loaded, for a canary. Loaded before everything else
// (`--import`), in a process that is for this canary alone.
//
// SIM_CANARY names it. A text that is not found exactly once ends the process: a canary that was not planted would
// be one that survives.

import { registerHooks } from "node:module";
import { canaries } from "../canaries/list.ts";

const id = process.env["SIM_CANARY"];
const canary = canaries.find((each) => each.id === id);
if (canary === undefined) throw new Error(`SIM_CANARY: there is no canary ${id}`);
const url = new URL(`../../${canary.file}`, import.meta.url).href;
const { find, replace } = canary;

registerHooks({
  load(loaded, context, nextLoad) {
    const result = nextLoad(loaded, context);
    if (loaded !== url) return result;
    const { source } = result;
    const text = typeof source === "string" ? source : Buffer.from(source as Uint8Array).toString("utf8");
    if (text.split(find).length !== 2)
      throw new Error(`canary ${id}: its text is not once in ${canary.file}`);
    return { ...result, source: text.replace(find, () => replace) };
  },
});
