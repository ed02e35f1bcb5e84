// Whole number: reading a number on the command line of a program. A word that is none must not pass for no work to do.

/** The number in `text`, at least `min`; throws with the option's name otherwise. */
export function wholeNumber(name: string, text: string, min = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min)
    throw new Error(`--${name} wants a whole number from ${min}, not "${text}"`);
  return value;
}
