// queryMsgById: one message by its offset id, in full, and which groups have consumed it.
import { formatHostAddress, type MessageExt } from '@rocketmq-ts/remoting-protocol';
import { AdminError } from '../../errors.ts';
import { messageTrackDetail, messageTrackText } from '../../message-track.ts';
import { humanTimestamp, left } from '../../render/columns.ts';
import { formatJavaMap } from '@rocketmq-ts/client-core';
import { type AdminCommand, type CommandContext, required } from '../admin-command.ts';

const BODY_FOLDER = '/tmp/rocketmq/msgbodys';

export const queryMsgById: AdminCommand = {
  name: 'queryMsgById',
  description: 'Query Message by Id',
  options: [required('i', 'msgId', 'Message Id')],
  async run(context) {
    const ids = (context.option('i') ?? '').split(',').map((id) => id.trim()).filter((id) => id !== '');
    if (ids.length === 0) throw new AdminError('USAGE', '-i takes one message id, or several separated by commas');
    for (const id of ids) {
      const message = await context.admin.viewMessage(id);
      printMessage(context, message, writeBody(context, message));
      await printTracks(context, message);
    }
  },
};

export function printMessage(context: CommandContext, message: MessageExt, bodyPath: string): void {
  const line = (label: string, value: string | number) => context.print(`${left(label, 20)} ${value}\n`);
  line('OffsetID:', message.offsetMsgId);
  line('Topic:', message.topic);
  line('Tags:', `[${message.properties.get('TAGS') ?? 'null'}]`);
  line('Keys:', `[${message.properties.get('KEYS') ?? 'null'}]`);
  line('Queue ID:', message.queueId);
  line('Queue Offset:', message.queueOffset);
  line('CommitLog Offset:', message.commitLogOffset);
  line('Reconsume Times:', message.reconsumeTimes);
  line('Born Timestamp:', humanTimestamp(message.bornTimestamp));
  line('Store Timestamp:', humanTimestamp(message.storeTimestamp));
  line('Born Host:', formatHostAddress(message.bornHost));
  line('Store Host:', formatHostAddress(message.storeHost));
  line('System Flag:', message.sysFlag);
  line('Properties:', formatJavaMap(message.properties));
  line('Message Body Path:', bodyPath);
}

async function printTracks(context: CommandContext, message: MessageExt): Promise<void> {
  const tracks = await messageTrackDetail(context.admin, message);
  context.print('\n\n');
  context.print(tracks.length === 0 ? 'WARN: No Consumer' : tracks.map(messageTrackText).join(''));
}

/** The body goes to a file, as in Java: it may be binary or large. The id is checked hex, so the path is ours. */
function writeBody({ disk }: CommandContext, message: MessageExt): string {
  const name = message.msgId.replace(/[^0-9A-Za-z_-]/g, '_').slice(0, 128);
  const path = `${BODY_FOLDER}/${name}`;
  disk.makeDir(BODY_FOLDER);
  const file = disk.exists(path) ? disk.open(path, 'readwrite') : disk.create(path, 0);
  try {
    file.truncate(0);
    file.writeAt(0, message.body, 0, message.body.length);
  } finally {
    file.close();
  }
  return path;
}
