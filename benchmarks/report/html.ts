// A report as one page that needs nothing else: pictures inside, no script, readable on a phone and in the dark.
import type { Block } from './document.ts';
import { COLOURS_OF_PAPER } from './plot-style.ts';

const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --raised: #f6f8fa; --warn: #fff3cd; --link: #0b5bd3 }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --raised: #161b22; --warn: #3a2f0b; --link: #6cb0ff } }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { line-height: 1.2 } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
p, li { max-width: 48rem }
a { color: var(--link) }
code { background: var(--raised); padding: .1em .3em; border-radius: 4px; font-size: .9em }
.warning { background: var(--warn); padding: .6rem 1rem; border-radius: 6px }
.scroll { overflow-x: auto; margin: 1rem 0 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem }
th, td { border: 1px solid var(--line); padding: .3rem .55rem; text-align: left; vertical-align: top; overflow-wrap: normal }
th { background: var(--raised) } td { white-space: nowrap } td.words { white-space: normal; min-width: 14rem }
figure { margin: 1.2rem 0; overflow-x: auto } figure svg { width: 100%; min-width: 34rem; height: auto; max-width: 60rem }
`;

export function htmlOf(title: string, blocks: readonly Block[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map(blockOf).join('\n')}
</body>
</html>
`;
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${inline(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${inline(block.text)}</p>`;
    case 'warning':
      return `<p class="warning"><strong>Mind:</strong> ${inline(block.text)}</p>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${inline(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return `<div class="scroll"><table>\n<tr>${block.head.map((text) => `<th>${inline(text)}</th>`).join('')}</tr>\n${block.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}\n</table></div>`;
    case 'picture':
      return `<figure>${onThePage(block.picture.svg)}</figure>`;
  }
}

const LONG_CELL = 60;
const cell = (text: string): string => `<td${text.length > LONG_CELL ? ' class="words"' : ''}>${inline(text)}</td>`;

/** A picture as a file has paper of its own; on the page it takes the page's, which may be dark. */
function onThePage(svg: string): string {
  let own = svg.replace(/^<\?xml[^>]*\?>|<!DOCTYPE[^>]*>/g, '');
  for (const [colour, name] of COLOURS_OF_PAPER) own = own.replaceAll(colour, `var(--${name})`);
  return own;
}

function inline(text: string): string {
  return escaped(text)
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 1
        ? `<code>${part.slice(1, -1)}</code>`
        : part
            .replaceAll(/(\d) (?=%|ms|µs|MiB|×)/g, '$1\u00a0')
            .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
            .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>'),
    )
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
