/** The names under which answers are kept: the parts of their paths, so that a change can be told to everything below one. */

/** `['read', 'entities', 'claim', 'CLM-1', '?limit=5']` of `/api/entities/claim/CLM-1?limit=5`. */
export function keyOfPath(path: string): readonly string[] {
  const [pathname = '', search] = path.split('?');
  const parts = pathname
    .replace(/^\/api\//, '')
    .split('/')
    .map(decodeURIComponent);
  return ['read', ...parts, ...(search === undefined ? [] : [`?${search}`])];
}
