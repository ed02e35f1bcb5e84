// Source: finds the source tree of the stock Redis whose tests are run, or fetches it from Debian.
//
// Role: gives a folder that holds tests/, or says in one sentence why there is none. Fetched once into the
// user's cache folder, through apt with lists of its own, so that the machine's are left as they are.
// Invariant: nothing of the tree comes into this repository, and nothing in the tree is written to.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { findProgram } from "../servers/find-program.ts";

/** The version whose tests are run; the baseline was taken with it. */
export const stockVersion = "7.0.15";

export type Source =
  | { readonly ok: true; readonly folder: string }
  | { readonly ok: false; readonly reason: string };

const fetchMsMax = 180_000;
const treeName = `redis-${stockVersion}`;

/** The tree: the one that is named, the one fetched before, or a new one. Takes up to some minutes. */
export function findSource(named: string | undefined, say: (line: string) => void): Source {
  if (named !== undefined) {
    const folder = resolve(named);
    return holdsTests(folder) ? { ok: true, folder } : lacking(`${named} holds no tests/test_helper.tcl`);
  }
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "shadis", "redis-source");
  const folder = join(cache, treeName);
  if (holdsTests(folder)) return { ok: true, folder };
  for (const program of ["apt-get", "dpkg-source"]) {
    if (findProgram(program) === undefined) return lacking(`${program} is not on the PATH`);
  }
  say(`fetching the source of redis ${stockVersion} with apt-get source`);
  return fetchSource(cache, folder);
}

function fetchSource(cache: string, folder: string): Source {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "fetch-"));
  try {
    if (!writeSourceLists(work)) return lacking("apt has no list of Debian's packages");
    mkdirSync(join(work, "lists", "partial"), { recursive: true });
    mkdirSync(join(work, "archives", "partial"), { recursive: true });
    const apt = [
      ...["-o", `Dir::Etc::sourcelist=${join(work, "sources.list")}`],
      ...["-o", `Dir::Etc::sourceparts=${join(work, "parts")}`],
      ...["-o", `Dir::State::lists=${join(work, "lists")}`],
      ...["-o", `Dir::Cache=${work}`],
      ...["-o", "APT::Sandbox::User="],
    ];
    const steps: readonly (readonly [string, ...string[]])[] = [
      ["apt-get", ...apt, "update"],
      ["apt-get", ...apt, "source", "--download-only", "redis"],
    ];
    for (const step of steps) {
      const fault = runIn(work, step);
      if (fault !== undefined) return lacking(fault);
    }
    const description = readdirSync(work).find((name) => /^redis_.*\.dsc$/.test(name));
    if (description === undefined) return lacking("apt-get source gave no redis_*.dsc");
    if (!description.includes(stockVersion)) return lacking(`apt has ${description}, not ${stockVersion}`);
    const unpacked = runIn(work, ["dpkg-source", "--no-check", "-x", description, treeName]);
    if (unpacked !== undefined) return lacking(unpacked);
    renameSync(join(work, treeName), folder);
    return { ok: true, folder };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// The machine's own lists name the mirror; only the kind of package changes.
function writeSourceLists(work: string): boolean {
  const parts = join(work, "parts");
  mkdirSync(parts);
  const old = read("/etc/apt/sources.list").replace(/^deb\s/gm, "deb-src ");
  writeFileSync(join(work, "sources.list"), old);
  let isAny = /^deb-src /m.test(old);
  for (const name of ["debian.sources", "ubuntu.sources"]) {
    const text = read(join("/etc/apt/sources.list.d", name));
    if (text === "") continue;
    writeFileSync(join(parts, name), text.replace(/^Types:.*$/gm, "Types: deb-src"));
    isAny = true;
  }
  return isAny;
}

function runIn(folder: string, [program, ...words]: readonly [string, ...string[]]): string | undefined {
  const run = spawnSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    timeout: fetchMsMax,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
  });
  if (run.status === 0) return undefined;
  const said = `${run.stderr ?? ""}`.trim().split("\n").slice(-2).join(" ");
  return `${program} ${words.at(-1) ?? ""} failed: ${said || (run.error?.message ?? "no message")}`;
}

function holdsTests(folder: string): boolean {
  return existsSync(join(folder, "tests", "test_helper.tcl"));
}

function lacking(reason: string): Source {
  return { ok: false, reason };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
