/** A scripted cluster for tests of this SDK's packages. Not part of what applications use. */
export { FakeBroker, type Script, type ScriptedAnswer, type SeenRequest } from './fake-broker.ts';
export { FakeCluster, type FakeTopic, type SimWorld } from './fake-cluster.ts';
export { FakeLog, type FakeMessage, type FakePut } from './fake-log.ts';
export { FakeMembers } from './fake-members.ts';
