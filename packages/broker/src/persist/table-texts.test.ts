import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { groupsText, offsetsText, parseGroups, parseOffsets, parseTopics, topicsText } from './table-texts.ts';

/** Files of a Java 4.6.0 broker after quickstart.Producer, quickstart.Consumer, updateTopic and updateSubGroup. */
function golden(name: string): string {
  return readFileSync(new URL(`../../test/golden/${name}`, import.meta.url), 'utf8');
}

it('writes topics.json byte for byte as Java wrote it', () => {
  const text = golden('topics.json');
  expect(topicsText(parseTopics(text))).toBe(text);
  expect(parseTopics(text).topicConfigTable.get('TopicTest')).toMatchObject({ readQueueNums: 4, writeQueueNums: 4, perm: 6 });
});

it('writes subscriptionGroup.json byte for byte as Java wrote it', () => {
  const text = golden('subscriptionGroup.json');
  expect(groupsText(parseGroups(text))).toBe(text);
  expect(parseGroups(text).subscriptionGroupTable.get('CapGroup')).toMatchObject({ consumeFromMinEnable: false, retryMaxTimes: 16 });
});

it('writes consumerOffset.json byte for byte as Java wrote it', () => {
  const text = golden('consumerOffset.json');
  expect(offsetsText(parseOffsets(text))).toBe(text);
  expect(parseOffsets(text).offsetTable.get('TopicTest@please_rename_unique_group_name_4')?.get(3)).toBe(250);
});

it('keeps names that are names of object members', () => {
  const offsetTable = new Map([['__proto__@constructor', new Map([[0, 7]])]]);
  expect(parseOffsets(offsetsText({ offsetTable })).offsetTable).toEqual(offsetTable);
});
