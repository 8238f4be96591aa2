import { describe, expect, it } from 'vitest';
import { API_TABLE } from '../api/api-table.ts';
import { languageNumber } from '../command/language.ts';
import { MQ_VERSION_4_6_0 } from '../command/remoting-command.ts';
import { LanguageCode, languageName } from './language-code.ts';
import { RequestCode, requestCodeName } from './request-code.ts';
import { ResponseCode, responseCodeName } from './response-code.ts';
import { MQ_VERSION_NAMES } from './version-names.ts';

/** Declared in 4.6.0 and handled by nothing there. */
const UNHANDLED = [13, 22, 23, 27, 209, 210, 211, 212, 213, 214, 302];

describe('generated tables', () => {
  it('hold as many codes as 4.6.0 has, each number once', () => {
    expect(Object.keys(RequestCode)).toHaveLength(93);
    expect(new Set(Object.values(RequestCode)).size).toBe(93);
    expect(Object.keys(ResponseCode)).toHaveLength(36);
    expect(new Set(Object.values(ResponseCode)).size).toBe(36);
    expect(Object.entries(LanguageCode).map(([name, code]) => `${name} ${code}`).join(', ')).toBe('JAVA 0, CPP 1, DOTNET 2, PYTHON 3, DELPHI 4, ERLANG 5, RUBY 6, OTHER 7, HTTP 8, GO 9, PHP 10, OMS 11');
    expect(MQ_VERSION_NAMES).toHaveLength(613);
  });

  it('agree with known points', () => {
    expect(RequestCode.SEND_MESSAGE_V2).toBe(310);
    expect(ResponseCode.UPDATE_GLOBAL_WHITE_ADDRS_CONFIG_FAILED).toBe(211);
    expect(MQ_VERSION_NAMES[MQ_VERSION_4_6_0]).toBe('V4_6_0');
    expect(MQ_VERSION_NAMES[37]).toBe('V3_0_11');
    expect(MQ_VERSION_NAMES.at(-1)).toBe('HIGHER_VERSION');
  });

  it('lead from number to name, and not by way of Object.prototype', () => {
    expect(requestCodeName(326)).toBe('PUSH_REPLY_MESSAGE_TO_CLIENT');
    expect(requestCodeName(9999)).toBeUndefined();
    expect(responseCodeName(19)).toBe('PULL_NOT_FOUND');
    expect(languageName(9)).toBe('GO');
    expect(languageName(200)).toBeUndefined();
    for (const name of Object.keys(LanguageCode)) expect(languageName(languageNumber(name))).toBe(name);
    expect(languageNumber('constructor')).toBe(LanguageCode.OTHER);
  });

  it('have an api row for every code that anything handles', () => {
    expect([...API_TABLE.keys()].sort((a, b) => a - b)).toEqual(
      Object.values(RequestCode)
        .filter((code) => !UNHANDLED.includes(code))
        .sort((a, b) => a - b),
    );
  });
});
