// A tree of calls as a picture: what calls stands below what it calls, width is processor time. One SVG file that needs
// nothing else; its titles show when one points at a frame.
import type { Call, TimedCalls } from './cpu-profile.ts';
import { INK, PAPER, SOFT } from './plot-style.ts';
import { percent } from './units.ts';

const WIDTH = 1200;
const MARGIN = 10;
const ROW = 18;
const HEAD = 66;
const LETTER = 6.7;
/** Of all time; narrower frames would not be seen. */
const LEAST_SHARE = 0.001;

/** Light ones, so that one ink can be read on all; told apart by those who do not tell red from green. */
const KINDS: readonly { readonly title: string; readonly colour: string; readonly has: (call: Call) => boolean }[] = [
  { title: 'broker', colour: '#f6c98f', has: ({ file }) => /^(packages\/broker|apps\/broker)\//.test(file) },
  { title: 'store', colour: '#9fd0f0', has: ({ file }) => file.startsWith('packages/store/') },
  { title: 'remoting and protocol', colour: '#f3ea8c', has: ({ file }) => file.startsWith('packages/remoting') },
  { title: 'kernel', colour: '#e3b7d0', has: ({ file }) => file.startsWith('packages/kernel/') },
  { title: 'Node', colour: '#a8dcc8', has: ({ file }) => file.startsWith('node:') },
  { title: 'native, garbage collector, other', colour: '#d3d7dc', has: () => true },
];

export function flameGraphSvg(title: string, { root, idleUs }: TimedCalls): string {
  const busyUs = root.totalUs;
  const depth = depthOf(root, busyUs);
  const height = HEAD + (depth + 1) * ROW + MARGIN;
  const perUs = busyUs === 0 ? 0 : (WIDTH - 2 * MARGIN) / busyUs;
  const frames: string[] = [];
  const draw = (call: Call, x: number, level: number): void => {
    const width = call.totalUs * perUs;
    const y = height - MARGIN - (level + 1) * ROW;
    const letters = Math.floor((width - 6) / LETTER);
    const label = letters < 3 ? '' : `<text x="${short(x + 3)}" y="${y + 13}">${escaped(call.name.length > letters ? `${call.name.slice(0, letters - 1)}…` : call.name)}</text>`;
    const where = call.file === '' ? '' : ` (${call.file})`;
    const words = `${call.name}${where}: ${percent(call.totalUs / busyUs)}, itself ${percent(call.selfUs / busyUs)}`;
    const colour = level === 0 ? '#e6e9ed' : (KINDS.find(({ has }) => has(call))?.colour ?? '');
    frames.push(`<g><title>${escaped(words)}</title><rect x="${short(x)}" y="${y}" width="${short(Math.max(0.5, width - 0.5))}" height="${ROW - 1}" fill="${colour}"/>${label}</g>`);
    let at = x;
    for (const child of call.children) {
      if (child.totalUs >= LEAST_SHARE * busyUs) draw(child, at, level + 1);
      at += child.totalUs * perUs;
    }
  };
  if (busyUs > 0) draw(root, MARGIN, 0);
  const allUs = busyUs + idleUs;
  const subtitle = allUs === 0 ? 'No samples.' : `Busy ${percent(busyUs / allUs)} of ${(allUs / 1e6).toFixed(1)} s. Width is time; point at a frame for its file and shares of the busy time.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="ui-monospace, monospace" font-size="11" fill="#14181d">
<rect width="${WIDTH}" height="${height}" fill="${PAPER}"/>
<g font-family="system-ui, sans-serif"><text x="${MARGIN}" y="20" font-size="15" font-weight="bold" fill="${INK}">${escaped(title)}</text>
<text x="${MARGIN}" y="37" fill="${SOFT}">${escaped(subtitle)}</text>${legend()}</g>
${frames.join('\n')}
</svg>
`;
}

function legend(): string {
  let x = MARGIN;
  return KINDS.map(({ title, colour }) => {
    const entry = `<rect x="${x}" y="45" width="12" height="12" fill="${colour}"/><text x="${x + 17}" y="55" fill="${INK}">${title}</text>`;
    x += 45 + title.length * 6;
    return entry;
  }).join('');
}

function depthOf(call: Call, busyUs: number): number {
  return call.children.filter(({ totalUs }) => totalUs >= LEAST_SHARE * busyUs).reduce((deepest, child) => Math.max(deepest, 1 + depthOf(child, busyUs)), 0);
}

const short = (n: number): string => String(Number(n.toFixed(1)));

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
