import { expect, it } from 'vitest';
import { type Block, code, heading, list, paragraph, picture, table, warning } from './document.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';
import { INK, PAPER } from './plot-style.ts';

const blocks: readonly Block[] = [
  heading(2, 'Sends'),
  warning('half of it'),
  paragraph('as **said** in [there](../README.md)'),
  list(['one', 'two']),
  table(['a', 'b'], [['1 | 2', code('remark: <busy>|`full`\nline')]]),
  picture({ file: 'x.svg', title: 'what to see', svg: `<svg><rect fill="${PAPER}"/><text fill="${INK}">t</text></svg>` }),
];

it('is written as Markdown, whatever a broker has answered', () => {
  expect(markdownOf(blocks)).toBe(`## Sends

> **Mind:** half of it

as **said** in [there](../README.md)

- one
- two

| a | b |
| --- | --- |
| 1 \\| 2 | \`remark: <busy>\\|'full' line\` |

![what to see](x.svg)
`);
});

it('is written as one page with its pictures inside, in the colours of the page', () => {
  const page = htmlOf('A & B', blocks);
  expect(page).toContain('<title>A &amp; B</title>');
  expect(page).toContain('as <strong>said</strong> in <a href="../README.md">there</a>');
  expect(page).toContain('<code>remark: &lt;busy&gt;|\'full\' line</code>');
  expect(page).toContain('<svg><rect fill="var(--paper)"/><text fill="var(--ink)">t</text></svg>');
  expect(page).not.toMatch(/<script|<link|<img|url\(/);
});

it('cuts what a program says too much', () => {
  expect(code('x'.repeat(300), 10)).toBe('`xxxxxxxxxx …`');
});
