export { type AdminOptions, DefaultMQAdminExt, type MQAdminExt } from './admin.ts';
export type { AdminCommand, CommandContext, CommandOption } from './commands/admin-command.ts';
export { adminCommands, findAdminCommand } from './commands/index.ts';
export { AdminError, type AdminErrorKind } from './errors.ts';
export { type MessageTrack, messageTrackDetail, messageTrackText, type TrackType } from './message-track.ts';
