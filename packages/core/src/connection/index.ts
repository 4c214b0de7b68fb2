export { defaultConnectionPolicy } from './connection-policy.ts';
export type { ConnectionPolicy } from './connection-policy.ts';
export type { ConnectionState } from './connection-state.ts';
export * from './http/index.ts';
export { ProviderSocket } from './provider-socket.ts';
export type { ProviderSocketInit } from './provider-socket.ts';
export type { SocketData, SocketSpec } from './socket-spec.ts';
export { withQuery } from './with-query.ts';
export { kindOfStatus } from './http-status.ts';
