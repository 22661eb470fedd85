/**
 * A webpack loader that replaces one piece of a source, for bundles that must be caught as broken.
 *
 * @this {{ getOptions(): import('./replay.js').Change }}
 * @param {string} source
 * @returns {string}
 */
module.exports = function patch(source) {
  const { from, to } = this.getOptions();
  return source.replace(from, () => to);
};
