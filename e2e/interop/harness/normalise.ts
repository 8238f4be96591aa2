/**
 * Makes the printed text of two clusters comparable: addresses, ids, times and rates differ by nature, everything
 * else (columns, order, offsets, sizes) must not.
 */
const RULES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b\d{1,3}(\.\d{1,3}){3}:\d+\b/g, '<address>'],
  [/\b[0-9A-F]{32}\b/g, '<id>'],
  [/\b\d{4}-\d\d-\d\d[ #]\d\d:\d\d:\d\d[,:]\d{3}\b/g, '<time>'],
];

export function normalise(text: string): string {
  let result = text;
  for (const [pattern, replacement] of RULES) result = result.replace(pattern, replacement);
  return result.trimEnd();
}

/** clusterList also shows rates, waits, hours and disk use: their shape stays, their figures go. */
export function normaliseClusterList(text: string): string {
  return normalise(text)
    .replace(/ *-?\d+\.\d\d\(\d+,\d+ms\)/g, ' <rate>')
    .replace(/<rate> +\d+ +\d+\.\d\d +-?\d\.\d{4}/g, '<rate> <wait> <hour> <space>');
}
