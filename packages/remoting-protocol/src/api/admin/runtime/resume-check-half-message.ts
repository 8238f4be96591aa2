/**
 * RESUME_CHECK_HALF_MESSAGE (323). Starts checking a given-up half message again. msgId is an offset message id.
 *
 * request header  | ResumeCheckHalfMessageRequestHeader
 *
 * Source: common/protocol/header/ResumeCheckHalfMessageRequestHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, optional } from '../../define-header.ts';

export const ResumeCheckHalfMessageRequestHeader = defineHeader('ResumeCheckHalfMessageRequestHeader', {
  msgId: optional.string,
});
export type ResumeCheckHalfMessageRequestHeader = HeaderOf<typeof ResumeCheckHalfMessageRequestHeader>;

export const resumeCheckHalfMessage = defineApi({
  code: RequestCode.RESUME_CHECK_HALF_MESSAGE,
  request: ResumeCheckHalfMessageRequestHeader,
});
