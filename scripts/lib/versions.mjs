import { SetupError } from './failure.mjs';

/** What package.json says in `engines.node`; kept here too because it is checked before anything is installed. */
export const NODE_RANGE = '^20.19 || >=22.12';

/**
 * Compares dotted numbers, e.g. `1.9.0` with `1.10.0`; what follows the numbers does not count.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number} below, equal to or above zero
 */
export function compareVersions(a, b) {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * @param {string} [version] default: that of this process
 * @param {string} [platform] default: that of this process
 * @returns {string} the version
 * @throws {SetupError} when this Node is outside {@link NODE_RANGE}, or on Windows itself, whose processes take no signals
 */
export function requireNode(version = process.versions.node, platform = process.platform) {
  if (platform === 'win32')
    throw new SetupError('Windows is not supported itself: run Throughline in WSL (wsl --install).');
  const within20 = version.startsWith('20.') && compareVersions(version, '20.19') >= 0;
  if (within20 || compareVersions(version, '22.12') >= 0) return version;
  throw new SetupError(
    `Node ${version} is not supported: Throughline needs ${NODE_RANGE}. Install one, e.g. nvm install 22.`,
  );
}

/** @param {string} version */
function numbers(version) {
  return (/\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
}
