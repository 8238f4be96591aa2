/** Why a request is not carried out: what the answer says. A value, since it is an outcome of the protocol. */
export interface Refusal {
  readonly code: number;
  readonly remark: string;
}

export function isRefusal(outcome: object): outcome is Refusal {
  return 'remark' in outcome;
}
