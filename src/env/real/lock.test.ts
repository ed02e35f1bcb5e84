import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { realLock } from "./lock.ts";

const isLinux = process.platform === "linux";
// They stay until the end: the next folder might otherwise be the same one to the system.
const folders = [mkdtempSync(join(tmpdir(), "lock-")), mkdtempSync(join(tmpdir(), "lock-"))] as const;
const link = `${folders[0]}-link`;
afterAll(() => {
  for (const each of [link, ...folders]) rmSync(each, { recursive: true, force: true });
});

const taken = (directory: string, lock = realLock(), name = "log"): Promise<boolean> =>
  new Promise((resolve) => lock.take(directory, name, resolve));

test.skipIf(!isLinux)(
  "a directory is locked for others, by whatever path, and again given to its holder",
  async () => {
    const [folder, other] = folders;
    symlinkSync(folder, link);
    const lock = realLock();
    expect(await taken(folder, lock)).toBe(true);
    expect(await taken(folder, lock)).toBe(true);
    expect(await taken(link)).toBe(false);
    expect(await taken(folder, realLock(), "other")).toBe(true);
    expect(await taken(other)).toBe(true);
  },
);

test.skipIf(!isLinux)("a lock ends with its process, however that ends", async () => {
  const folder = mkdtempSync(join(folders[0], "inner-"));
  const url = new URL("./lock.ts", import.meta.url).href;
  const script = `import { realLock } from ${JSON.stringify(url)};
    realLock().take(${JSON.stringify(folder)}, "log", (is) => console.log(is)); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  const said = await new Promise<string>((resolve) =>
    child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString())),
  );
  expect(said).toBe("true\n");
  expect(await taken(folder)).toBe(false);
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(await taken(folder)).toBe(true);
});
