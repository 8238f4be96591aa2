/** How a slave follows its master's log. */
export {
  encodeHaReport,
  HA_PUSH_BODY_BYTES_MAX,
  HA_PUSH_HEADER_BYTES,
  HA_REPORT_BYTES,
  HaFrameError,
  HaPushDecoder,
  type HaPushPart,
  HaReportDecoder,
  writeHaPushHeader,
} from './ha-frame.ts';
