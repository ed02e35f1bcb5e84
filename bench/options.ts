// Options: reading the command line of the two programs, and ending them in one line when something is wrong.

/** The number in `text`, at least `min`; throws with the option's name otherwise. */
export function wholeNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min)
    throw new Error(`--${name} wants a whole number from ${min}, not "${text}"`);
  return value;
}

/** The parts of a comma-separated option; none for an empty one. */
export function parts(text: string): string[] {
  return text.split(",").filter((part) => part !== "");
}

/** Runs a program; a failure prints its message, without a stack, and sets the exit code. */
export async function runProgram(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
