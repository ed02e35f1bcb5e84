// EVAL, EVALSHA and their read-only forms; SCRIPT: the scripts that a server knows by their SHA-1.
//
// A script is run here when it is plain enough (small-lua.ts). Of others, what they call is followed only where the server
// tells of it (Oracle.scripted), and their own reply is taken as it comes. Whether one that is not plain could be
// compiled is seen in the reply, and only then is it known by its name.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { KnownScript, Model } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, array, between, bulk, chosen, error, integer, ok, type Reply } from "../../reply.ts";
import { sha1 } from "../../sha1.ts";
import { parseScript } from "../../small-lua.ts";
import { optionName } from "../../streams.ts";
import { notAnInteger } from "../../strings.ts";
import { helpText } from "../server/help.ts";
import { type Commands, runScript } from "./script-run.ts";

/** What a script that the oracle cannot run answers. */
export const ownAffair: Reply = chosen("what the script answers", () => true);

const SHA_LENGTH = 40;
const noScript = error("NOSCRIPT No matching script. Please use EVAL.");

export function scriptCommands(commands: () => Commands): readonly OracleCommand[] {
  const evalOf = (name: string): OracleCommand => ({
    name,
    arity: -3,
    class: "exact",
    run: (call) => runBody(call, call.words[1] as string, commands()),
  });
  const evalShaOf = (name: string): OracleCommand => ({
    name,
    arity: -3,
    class: "exact",
    run: (call) => runNamed(call, commands()),
  });
  return [
    evalOf("eval"),
    evalOf("eval_ro"),
    evalShaOf("evalsha"),
    evalShaOf("evalsha_ro"),
    container("script"),
    { name: "script|debug", arity: 3, class: "exact", run: debug },
    { name: "script|exists", arity: -3, class: "exact", run: exists },
    { name: "script|flush", arity: -2, class: "exact", run: flush },
    { name: "script|help", arity: 2, class: "shape", run: helpText },
    { name: "script|kill", arity: 2, class: "exact", run: () => notBusy },
    { name: "script|load", arity: 3, class: "exact", run: load },
  ];
}

export const notBusy: Reply = error("NOTBUSY No scripts in execution right now.");

/** Keys and arguments behind their number, or the error. */
function wordsOf(words: readonly string[]): { readonly keys: string[]; readonly args: string[] } | Reply {
  const count = int64(words[2] as string);
  if (count === undefined) return notAnInteger;
  if (count > BigInt(words.length - 3)) return error(errors.numkeysTooLarge);
  if (count < 0n) return error("ERR Number of keys can't be negative");
  const end = 3 + Number(count);
  return { keys: words.slice(3, end), args: words.slice(end) };
}

function runNamed(call: Call, commands: Commands): Reply {
  const { model, words } = call;
  const sha = (words[1] as string).toLowerCase();
  if (sha.length !== SHA_LENGTH) return noScript;
  const known = model.scripts.get(sha);
  if (known === undefined) {
    const named = wordsOf(words);
    if ("kind" in named) return named;
    return model.areScriptsKnown ? noScript : (endTold(call) ?? ownAffair);
  }
  if (known.isSure) return runBody(call, known.body, commands);
  return endTold(call) ?? ownAffair;
}

function runBody(call: Call, body: string, commands: Commands): Reply {
  const { model, session, words } = call;
  const named = wordsOf(words);
  if ("kind" in named) return named;
  const told = endTold(call) ?? (model.isToldOfScripts ? ownAffair : undefined);
  const script = parseScript(body);
  const sha = sha1(body);
  if (script !== undefined) {
    model.scripts.set(sha, { body, isSure: true });
    const isReadOnly = (words[0] as string).toLowerCase().endsWith("_ro");
    return told ?? runScript(call, script, { ...named, sha, isReadOnly }, commands);
  }
  if (session.replyMode !== "on" || model.scripts.get(sha)?.isSure === true) {
    adopt(model, sha, { body, isSure: false });
    return ownAffair;
  }
  return chosen("what the script answers", (answer) => {
    const isSure = isKnownAfter(answer);
    if (isSure !== false) adopt(model, sha, { body, isSure: isSure === true });
    return true;
  });
}

/** The call was not followed; the server may have the script from now on. */
export function mayHoldScript(model: Model, words: readonly string[]): void {
  const [name = "", body = ""] = words;
  if (/^eval(_ro)?$/i.test(name)) adopt(model, sha1(body), { body, isSure: false });
}

// Once it is sure that a server has a script, it stays so until SCRIPT FLUSH.
function adopt({ scripts }: Model, sha: string, script: KnownScript): void {
  if (scripts.get(sha)?.isSure !== true) scripts.set(sha, script);
}

// undefined: it cannot be said.
function isKnownAfter(answer: Answer): boolean | undefined {
  if (answer.kind !== "error") return true;
  if (
    /^ERR (Error compiling script|Inv?[a-z]* (script|engine)|Unexpected (engine|flag)|Unknown lua)/.test(
      answer.text,
    )
  )
    return false;
  return answer.text.includes("user_script:") ? true : undefined;
}

/** The script whose calls were told is over; its reply is its own affair. undefined: none were told. */
export function endTold({ session }: Call): Reply | undefined {
  if (session.script === undefined) return undefined;
  session.script = undefined;
  return ownAffair;
}

function load({ model, session, words }: Call): Reply {
  const body = words[2] as string;
  const sha = sha1(body);
  if (parseScript(body) !== undefined || model.scripts.get(sha)?.isSure === true) {
    model.scripts.set(sha, { body, isSure: true });
    return bulk(sha);
  }
  if (session.replyMode !== "on") {
    adopt(model, sha, { body, isSure: false });
    return ownAffair;
  }
  return chosen(`${sha}, or why the script could not be compiled`, (answer) => {
    if (answer.kind === "bulk" && answer.text === sha) adopt(model, sha, { body, isSure: true });
    return answer.kind === "error" || (answer.kind === "bulk" && answer.text === sha);
  });
}

function exists({ model, words }: Call): Reply {
  const replies = words.slice(2).map((word) => {
    const known = model.scripts.get(word.toLowerCase());
    if (known === undefined) return model.areScriptsKnown ? integer(0) : between(0, 1);
    return known.isSure ? integer(1) : between(0, 1);
  });
  return array(replies);
}

function flush({ model, words }: Call): Reply {
  const mode = optionName(words[2] ?? "");
  if (words.length > 3 || !["", "SYNC", "ASYNC"].includes(mode) || (words.length === 3 && mode === "")) {
    return error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  }
  model.scripts.clear();
  return ok;
}

// There is no debugger to speak to; a server may say so.
function debug({ words }: Call): Reply {
  if (optionName(words[2] as string) === "NO") return ok;
  return chosen("that there is a debugger, or none", ({ kind }) => kind === "simple" || kind === "error");
}
