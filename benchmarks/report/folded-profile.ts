// A tree of calls as a list of stacks, each with the time that was spent in its last frame: what flame graphs are usually made
// from. Small enough to be kept beside the figures of a run. Pure.
import type { ProcessName, ProcessProfile } from '../sync-replication/results.ts';
import { type Call, callTree, type FunctionName, functionTimes, type TimedCalls } from './cpu-profile.ts';

/** Stands for what a call has called besides the calls that are kept. */
export const SMALLER_CALLS = '(smaller calls)';

export interface Keep {
  /** Calls of the tree, the largest ones. */
  readonly calls: number;
  /** Functions of the table. */
  readonly functions: number;
}

/** Draws a graph of about 50 KiB. */
export const KEEP: Keep = { calls: 160, functions: 15 };

export function folded(name: ProcessName, { root, idleUs }: TimedCalls, keep: Keep = KEEP): ProcessProfile {
  const kept = largest(root, keep.calls);
  const frames: FunctionName[] = [];
  const places = new Map<string, number>();
  const placeOf = ({ name: own, file }: FunctionName): number => {
    const key = `${own}\n${file}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, frames.length);
    return frames.push({ name: own, file }) - 1;
  };
  const stacks: string[] = [];
  const add = (path: readonly number[], us: number): void => {
    if (us > 0) stacks.push(`${path.join(';')} ${us}`);
  };
  const visit = (call: Call, path: readonly number[]): void => {
    add(path, call.selfUs);
    let smallerUs = 0;
    for (const child of call.children) {
      if (kept.has(child)) visit(child, [...path, placeOf(child)]);
      else smallerUs += child.totalUs;
    }
    if (smallerUs > 0) add([...path, placeOf({ name: SMALLER_CALLS, file: '' })], smallerUs);
  };
  visit(root, []);
  return { name, busyUs: root.totalUs, idleUs, functions: functionTimes(root).slice(0, keep.functions), frames, stacks };
}

export function unfolded({ frames, stacks, idleUs }: Pick<ProcessProfile, 'frames' | 'stacks' | 'idleUs'>): TimedCalls {
  const root = callTree(
    stacks.map((stack) => {
      const at = stack.lastIndexOf(' ');
      const path = at === 0 ? [] : stack.slice(0, at).split(';').map((place) => frames[Number(place)]);
      if (path.includes(undefined)) throw new Error(`a stack of the profile has a frame that is not listed: ${stack}`);
      return { path: path as FunctionName[], selfUs: Number(stack.slice(at + 1)) };
    }),
  );
  return { root, idleUs };
}

/** No call without its caller: that one is never smaller, and stands before it where they are equal. */
function largest(root: Call, count: number): ReadonlySet<Call> {
  const all: Call[] = [];
  const visit = (call: Call): void => {
    all.push(call);
    call.children.forEach(visit);
  };
  root.children.forEach(visit);
  return new Set(all.sort((a, b) => b.totalUs - a.totalUs).slice(0, count));
}
