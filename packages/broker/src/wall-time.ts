/** `2019-11-30 09:05:01,042` in local time. Source: common/UtilAll.java timeMillisToHumanString2 (4.6.0) */
export function formatWallTime(wallMs: number): string {
  const time = new Date(wallMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  return (
    `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())} ` +
    `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())},${String(time.getMilliseconds()).padStart(3, '0')}`
  );
}
