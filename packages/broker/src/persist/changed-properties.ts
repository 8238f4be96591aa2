import { parseProperties, writeProperties } from '@rocketmq-ts/remoting-protocol';

/** A .properties text with other values for some keys: their lines are replaced, new keys follow, the rest stays as it is. */
export function withChangedProperties(text: string, changes: ReadonlyMap<string, string>): string {
  const lines = text.split('\n');
  const missing = new Map(changes);
  // From the end, so that the numbers of the lines before stay right.
  for (const { key, line } of parseProperties(text).reverse()) {
    const value = changes.get(key.trim());
    if (value === undefined) continue;
    lines.splice(line - 1, lineCount(lines, line - 1), writeProperties([[key.trim(), value]]).trimEnd());
    missing.delete(key.trim());
  }
  const kept = lines.join('\n');
  return `${kept}${kept === '' || kept.endsWith('\n') || missing.size === 0 ? '' : '\n'}${writeProperties(missing)}`;
}

/** A line that ends with an odd number of backslashes goes on in the next. */
function lineCount(lines: readonly string[], at: number): number {
  let count = 1;
  while (/(?:^|[^\\])(?:\\\\)*\\\r?$/.test(lines[at + count - 1] ?? '')) count++;
  return count;
}
