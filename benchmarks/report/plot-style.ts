// How plots look. The colours are told apart by those who do not see red and green as different (Okabe and Ito's set), on
// white and on dark paper; nothing is told by colour alone.

export const PAPER = '#fefefe';
export const INK = '#20242a';
export const SOFT = '#5b646f';
export const LINE = '#d5dbe1';

/** On the page these become the page's own (html.ts), by their custom properties. */
export const COLOURS_OF_PAPER: readonly (readonly [colour: string, property: string])[] = [
  [PAPER, 'paper'],
  [INK, 'ink'],
  [SOFT, 'soft'],
  [LINE, 'line'],
];

/** Asynchronous and synchronous replication. */
export const ROLE_COLOURS = { async: '#2a7fc4', sync: '#d55e00' };

export const CONFIG = {
  background: PAPER,
  font: 'system-ui, sans-serif',
  padding: 12,
  title: { color: INK, subtitleColor: SOFT, fontSize: 15, subtitleFontSize: 12, anchor: 'start', offset: 14, subtitlePadding: 5 },
  axis: { labelColor: INK, titleColor: SOFT, gridColor: LINE, domainColor: LINE, tickColor: LINE, labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal' },
  view: { stroke: null },
  text: { fontSize: 11 },
} as const;
