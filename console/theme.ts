/** Colours and sizes. Every text is readable on its ground in both schemes (WCAG AA), which Mantine's defaults are not. */
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

/** The top of a dialog is no second header of the page. */
export const NO_LANDMARK = { role: 'presentation' };

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Modal: { defaultProps: { attributes: { header: NO_LANDMARK } } },
    Drawer: { defaultProps: { attributes: { header: NO_LANDMARK } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.15rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
});

/** Secondary text, links and warnings that keep their contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#364fc7',
    '--late': '#a61e4d',
    '--quiet-ground': '#f6f7f9',
    '--line': '#d5dae0',
  },
  dark: {
    '--mantine-color-dimmed': '#b8bcc2',
    '--mantine-color-placeholder': '#a5a9ae',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#91a7ff',
    '--late': '#faa2c1',
    '--quiet-ground': '#1f2023',
    '--line': '#45494f',
  },
});
