// Before the first paint, so that a dark screen does not flash white. A file of its own: inline scripts are not allowed.
(() => {
  const kept = window.localStorage.getItem('mantine-color-scheme-value');
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = kept === 'light' || kept === 'dark' ? kept : dark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
