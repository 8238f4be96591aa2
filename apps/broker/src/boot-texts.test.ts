import { expect, it } from 'vitest';

import { bootTexts } from './boot-texts.ts';

const WELL = { followedAddress: undefined, unreachableNameServers: [], registrationRefusals: [] };

it('has nothing to say of a master whom all name servers took', () => {
  expect(bootTexts(WELL, 'SYNC_MASTER')).toEqual({ lines: [], warnings: [] });
});

it('says whom a slave follows, or that there is nobody yet', () => {
  expect(bootTexts({ ...WELL, followedAddress: '127.0.0.1:17912' }, 'SLAVE')).toEqual({ lines: ['This slave follows 127.0.0.1:17912.'], warnings: [] });
  expect(bootTexts(WELL, 'SLAVE').warnings).toEqual(['no name server knows a master of this brokerName yet; this slave follows it as soon as one does']);
});

it('tells name servers that do not answer from those that refuse', () => {
  const { warnings } = bootTexts({ ...WELL, unreachableNameServers: ['a:1', 'b:1'], registrationRefusals: ['name server c:1 does not take this broker: taken'] }, 'ASYNC_MASTER');
  expect(warnings).toEqual([
    'name server c:1 does not take this broker: taken',
    'no answer from name server a:1;b:1 yet; the broker goes on trying, and until then clients do not find it',
  ]);
});
