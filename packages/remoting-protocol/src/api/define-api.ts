/**
 * One row per request code that 4.6.0 handles: which headers it carries and what its bodies are. The rows are knowledge for
 * tools and tests (log dumps, the coverage table of the docs); processors import the headers themselves.
 */
import type { RequestCode } from '../codes/request-code.ts';
import type { HeaderCodec } from './define-header.ts';

export interface Api {
  readonly code: RequestCode;
  readonly request?: Pick<HeaderCodec<unknown>, 'name' | 'fields'>;
  readonly response?: Pick<HeaderCodec<unknown>, 'name' | 'fields'>;
  /** Name of the body type, or a few words; absent: none. */
  readonly requestBody?: string;
  readonly responseBody?: string;
}

export function defineApi(api: Api): Api {
  return api;
}
