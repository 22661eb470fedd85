/** Tasks that are marked for an order to many. */

/** With it where it was not in it, without it where it was. */
export function toggled(marked: ReadonlySet<string>, taskId: string): ReadonlySet<string> {
  const after = new Set(marked);
  if (!after.delete(taskId)) after.add(taskId);
  return after;
}
