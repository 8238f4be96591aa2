/** `yyyy-MM-dd#HH:mm:ss:SSS` in local time. Source: common/UtilAll.java formatDate, YYYY_MM_DD_HH_MM_SS_SSS (4.6.0) */
export function wallTimeText(wallMs: number): string {
  const time = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}#${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}:${String(time.getMilliseconds()).padStart(3, '0')}`;
}
