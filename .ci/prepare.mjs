// Makes a clone ready to run: installs what is missing, and warms the code cache before a start.
//
// Role: the pre-script of the scripts in package.json. It is plain JavaScript because it runs under whatever Node
// the machine has (20 or later); everything after it runs under the pinned Node in node_modules/.bin. It may not
// be joined to the script itself with `&&`: a shell remembers where it found `node` the first time.
// Invariants:
//   - With nothing to do it changes nothing, prints nothing and starts no process.
//   - An installation is judged by what it holds, not by file times: npm rewrites the lockfile after an
//     install, and git rewrites it on every change of branch, without anything being out of date.
//   - One clone installs once: a second caller waits for the first instead of emptying its folder.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
const pinnedNode = join(root, "node_modules", "node", "bin", "node");
const cacheStamp = join(root, "node_modules", ".cache", "shadis", "warmed");
const installLock = join(root, ".installing");
const installTimeoutMs = 15 * 60 * 1000;

if (!isInstalled()) install();
if (process.argv[2] === "start" && !isCacheWarm()) warmCache();

// The hidden lockfile is the last thing npm writes, so an interrupted install does not count as one.
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const found = packagesOf(join("node_modules", ".package-lock.json"));
  if (wanted === undefined) throw new Error("package-lock.json is missing or unreadable");
  if (found === undefined || !existsSync(pinnedNode)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const present = found[path];
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

function install() {
  if (!takeInstallLock()) return;
  try {
    console.error(
      "shadis: installing dependencies with npm ci (needed once, and after a change of the lockfile)",
    );
    // Development dependencies carry the pinned Node, so they are wanted whatever NODE_ENV says.
    const options = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
    const npm = process.env.npm_execpath;
    const node = process.env.npm_node_execpath ?? process.execPath;
    const [command, before] = npm?.endsWith(".js") ? [node, [npm]] : ["npm", []];
    const run = spawnSync(command, [...before, ...options], {
      cwd: root,
      env: outerEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
    });
    if (run.status !== 0) stop(`npm ci failed\n${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}`);
  } finally {
    rmSync(installLock, { force: true });
  }
  if (!existsSync(pinnedNode)) {
    stop("npm ci did not install the pinned Node; were install scripts turned off (ignore-scripts)?");
  }
}

// Creating a file that must not exist either succeeds or fails as a whole, so two callers cannot both take
// the lock. It names its holder: one left behind by a killed install is recognised and taken over.
function takeInstallLock() {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(installLock, `${process.pid}`, { flag: "wx" });
      if (attempt === 0 || !isInstalled()) return true;
      rmSync(installLock);
      return false;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (attempt === 0) console.error("shadis: another install is under way in this folder; waiting for it");
    if (isAbandoned(installLock)) rmSync(installLock, { force: true });
    Atomics.wait(sleeper, 0, 0, 200);
  }
}

function isAbandoned(lock) {
  try {
    const ageMs = Date.now() - statSync(lock).mtimeMs;
    const holder = Number.parseInt(readFileSync(lock, "utf8"), 10);
    if (Number.isNaN(holder)) return ageMs > 10_000; // Killed between creating the file and filling it.
    process.kill(holder, 0); // Signal 0 only asks whether the process exists.
    return ageMs > installTimeoutMs;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

// npm describes the script it is running through these variables; an npm inside it must not take them for
// its own. Settings (npm_config_*) stay, since a mirror or a proxy may be named only there.
function outerEnvironment() {
  const inner =
    /^npm_(lifecycle_|package_|command$|execpath$|node_execpath$|config_(global|omit|include|only|production|ignore_scripts|dry_run)$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inner.test(name)));
  const path = (env.PATH ?? "").split(delimiter).filter((folder) => !folder.startsWith(binaries));
  return { ...env, PATH: path.join(delimiter) };
}

function isCacheWarm() {
  const stamp = statSync(cacheStamp, { throwIfNoEntry: false });
  if (stamp === undefined) return false;
  const written = stamp.mtimeMs;
  if (statSync(join(root, "package.json")).mtimeMs > written || statSync(pinnedNode).mtimeMs > written)
    return false;
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true }).every(
    (entry) =>
      !entry.isFile() || statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs <= written,
  );
}

// The first run of new source loads Node's type stripper, which then stays: 12 MB of private memory in a
// server that idles at 8. Letting a run that only prints the version go first keeps it out of the server.
// The words come from the start script, because the cache is keyed by the flags of V8 as well. That script
// begins with `exec` so that a signal sent to npm reaches the server: npm passes it to its shell and no further.
function warmCache() {
  const words = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts.start.split(" ");
  const run = spawnSync(pinnedNode, [...words.slice(words.indexOf("node") + 1), "--version"], {
    cwd: root,
    stdio: "ignore",
    timeout: 20_000,
  });
  if (run.status !== 0) return; // The start itself will say what is wrong.
  mkdirSync(join(cacheStamp, ".."), { recursive: true });
  writeFileSync(cacheStamp, "");
}

function stop(why) {
  console.error(`shadis: ${why}`);
  rmSync(installLock, { force: true });
  process.exit(1);
}
