/** Java's `%-Ns`: never cuts. */
export function left(value: string | number, width: number): string {
  return String(value).padEnd(width);
}

/** Java's `%Ns`: never cuts. */
export function right(value: string | number, width: number): string {
  return String(value).padStart(width);
}

/** Cuts a text for its column. Source: common/UtilAll.java frontStringAtLeast (4.6.0) */
export function front(value: string, width: number): string {
  return value.slice(0, width);
}

/** `yyyy-MM-dd HH:mm:ss,SSS` in the local zone. Source: common/UtilAll.java timeMillisToHumanString2 (4.6.0) */
export function humanTimestamp(wallMs: number): string {
  const at = new Date(wallMs);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())},${String(at.getMilliseconds()).padStart(3, '0')}`;
}
