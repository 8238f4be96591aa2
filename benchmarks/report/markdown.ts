import type { Block } from './document.ts';

export function markdownOf(blocks: readonly Block[]): string {
  return `${blocks.map(blockOf).join('\n\n')}\n`;
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.text}`;
    case 'paragraph':
      return block.text;
    case 'warning':
      return `> **Mind:** ${block.text}`;
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n');
    case 'table':
      return [block.head, block.head.map(() => '---'), ...block.rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
    case 'picture':
      return `![${block.picture.title}](${block.picture.file})`;
  }
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
