/**
 * Whether the hour of `wallMs`, in local time, is in `deleteWhen`: hours separated by semicolons, such as `04` or
 * `4;16`. What is not an hour never comes.
 * Source: common/UtilAll.java isItTimeToDo (4.6.0)
 */
export function isTimeToDelete(deleteWhen: string, wallMs: number): boolean {
  const hour = new Date(wallMs).getHours();
  return deleteWhen.split(';').some((text) => /^\s*[0-9]{1,2}\s*$/.test(text) && Number(text) === hour);
}
