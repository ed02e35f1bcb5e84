// Document: the marked sections of a Markdown file, which programs fill and people leave alone.
//
//   <!-- bench:start -->
//   ... replaced ...
//   <!-- bench:end -->
//
// Role: pure. Everything outside the markers, and the markers themselves, stays byte for byte.

/** `text` with what stands between a marker's start and end replaced; throws unless there is one pair in order. */
export function replaceSection(text: string, marker: string, replacement: string): string {
  const start = `<!-- ${marker}:start -->`;
  const end = `<!-- ${marker}:end -->`;
  const starts = text.split(start);
  const ends = text.split(end);
  if (starts.length !== 2 || ends.length !== 2) throw new Error(`want one ${start} and one ${end}`);
  const head = starts[0] as string;
  const tail = ends[1] as string;
  if (head.length > text.length - tail.length - end.length) throw new Error(`${end} stands before ${start}`);
  return `${head}${start}\n\n${replacement.trim()}\n\n${end}${tail}`;
}
