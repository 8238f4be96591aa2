/** The library brings no types; this is what `rolling-log.ts` uses of it. Its stream is a SonicBoom. */
declare module 'pino-roll' {
  export interface RollingFile {
    readonly file: string;
    write(text: string): boolean;
    on(event: 'ready', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }
  export interface RollingFileOptions {
    readonly file: string;
    readonly extension?: string;
    /** Such as '64m'. */
    readonly size?: string;
    /** Written when `write` returns. */
    readonly sync?: boolean;
    /** Bytes that may wait after failed writes. */
    readonly maxLength?: number;
    readonly limit?: { readonly count: number; readonly removeOtherLogFiles?: boolean };
  }
  export default function openRollingFile(options: RollingFileOptions): Promise<RollingFile>;
}
