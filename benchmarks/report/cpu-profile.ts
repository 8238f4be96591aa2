// What `node --cpu-prof` has seen: from samples to a tree of calls. Pure.

/** The file that V8 writes; times in microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly CpuProfileNode[];
  /** Node ids. */
  readonly samples: readonly number[];
  /** Since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface CpuProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** Where a function begins, counted from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** How a function is called in a graph; calls of one name and file are one. */
export interface FunctionName {
  readonly name: string;
  readonly file: string;
}

export interface Call extends FunctionName {
  readonly selfUs: number;
  readonly totalUs: number;
  readonly children: readonly Call[];
}

export interface TimedCalls {
  readonly root: Call;
  /** In which the loop waited for something to do; not in the tree. */
  readonly idleUs: number;
}

interface GrowingCall extends FunctionName {
  selfUs: number;
  totalUs: number;
  readonly children: Map<string, GrowingCall>;
}

const IDLE = '(idle)';
const NATIVE = 'native, for ';

/** Of the samples between two times, each of which lasts until the next. */
export function callsOf(profile: CpuProfile, nameOf: (frame: CallFrame) => FunctionName, fromUs = Number.NEGATIVE_INFINITY, toUs = Number.POSITIVE_INFINITY): TimedCalls {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const root = growing({ name: 'all', file: '' });
  const grown = new Map<number, GrowingCall>();
  const follow = (node: CpuProfileNode, call: GrowingCall): void => {
    grown.set(node.id, call);
    for (const id of node.children ?? []) {
      const child = nodes.get(id);
      if (child !== undefined) follow(child, childOf(call, placed(nameOf(child.callFrame), call)));
    }
  };
  const top = profile.nodes[0];
  if (top !== undefined) follow(top, root);
  let idleUs = 0;
  let atUs = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    atUs += profile.timeDeltas[index] ?? 0;
    const lastsUs = profile.timeDeltas[index + 1] ?? 0;
    if (atUs < fromUs || atUs >= toUs) continue;
    if (nodes.get(id)?.callFrame.functionName === IDLE) idleUs += lastsUs;
    else {
      const call = grown.get(id);
      if (call !== undefined) call.selfUs += lastsUs;
    }
  }
  addUp(root);
  return { root: settled(root), idleUs };
}

/** Of stacks, outermost first, with the time that was spent in the last frame of each; a stack may come several times. */
export function callTree(stacks: Iterable<{ readonly path: readonly FunctionName[]; readonly selfUs: number }>): Call {
  const root = growing({ name: 'all', file: '' });
  for (const { path, selfUs } of stacks) path.reduce(childOf, root).selfUs += selfUs;
  addUp(root);
  return settled(root);
}

export interface FunctionTimes extends FunctionName {
  readonly selfUs: number;
  /** With what it calls; counted once where it calls itself. */
  readonly totalUs: number;
}

/** The most of its own time first. */
export function functionTimes(root: Call): readonly FunctionTimes[] {
  const times = new Map<string, { name: string; file: string; selfUs: number; totalUs: number }>();
  const visit = (call: Call, above: ReadonlySet<string>): void => {
    const key = keyOf(call);
    const own = times.get(key) ?? { name: call.name, file: call.file, selfUs: 0, totalUs: 0 };
    times.set(key, own);
    own.selfUs += call.selfUs;
    if (!above.has(key)) own.totalUs += call.totalUs;
    const below = new Set(above).add(key);
    for (const child of call.children) visit(child, below);
  };
  for (const child of root.children) visit(child, new Set());
  return [...times.values()].sort((a, b) => b.selfUs - a.selfUs);
}

const keyOf = ({ name, file }: FunctionName): string => `${name}\n${file}`;

/** Native functions have no file; whose work they do is told by their caller. V8's own, in brackets, have none either way. */
function placed(own: FunctionName, caller: FunctionName): FunctionName {
  if (own.file !== '' || caller.file === '' || own.name.startsWith('(')) return own;
  return { name: own.name, file: caller.file.startsWith(NATIVE) ? caller.file : `${NATIVE}${caller.file}` };
}

function growing({ name, file }: FunctionName): GrowingCall {
  return { name, file, selfUs: 0, totalUs: 0, children: new Map() };
}

function childOf(call: GrowingCall, name: FunctionName): GrowingCall {
  const key = keyOf(name);
  const known = call.children.get(key);
  if (known !== undefined) return known;
  const child = growing(name);
  call.children.set(key, child);
  return child;
}

function addUp(call: GrowingCall): number {
  call.totalUs = call.selfUs;
  for (const child of call.children.values()) call.totalUs += addUp(child);
  return call.totalUs;
}

/** Without what no sample has seen, the longest first. */
function settled({ children, ...call }: GrowingCall): Call {
  const seen = [...children.values()].filter(({ totalUs }) => totalUs > 0).sort((a, b) => b.totalUs - a.totalUs);
  return { ...call, children: seen.map(settled) };
}
