/**
 * A webpack loader that replaces one piece of a source, for bundles that must be caught as broken.
 *
 * @this {{ getOptions(): import('./replay.js').Patch }}
 * @param {string} source
 * @returns {string}
 */
module.exports = function patch(source) {
  const { file, from, to } = this.getOptions();
  if (!source.includes(from)) throw new Error(`${file} no longer contains: ${from}`);
  return source.replace(from, () => to);
};
