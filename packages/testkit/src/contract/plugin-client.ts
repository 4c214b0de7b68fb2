import { strict as assert } from 'node:assert';
import type { Component } from '@vision-agents/core';
import type { Rule } from './rule.ts';
import { watchCalls } from './watch-calls.ts';

/** How a client of the vendor's comes to a plugin that takes one, so that it is seen who closes it. */
export interface PluginClient<Provider, Plugin extends Component, Client extends object> {
  /** A client for the fake provider, as a user of the plugin makes it: an instance of a class. */
  create(provider: Provider): Client;
  /** A new instance of the plugin that is given this client and nothing else, so that it can't make its own. */
  pass(client: Client): Plugin;
  /** The method that closes a client, such as `close`. Without it a client is never closed. */
  closedBy?: keyof Client | undefined;
}

/** A client, and the plugin that is given it. */
export interface GivenClient<Plugin extends Component> {
  client: object;
  closedBy: PropertyKey | undefined;
  plugin: () => Plugin;
}

export function givenClient<Provider, Plugin extends Component, Client extends object>(
  clients: PluginClient<Provider, Plugin, Client>,
  provider: Provider,
): GivenClient<Plugin> {
  const client = clients.create(provider);
  return { client, closedBy: clients.closedBy, plugin: () => clients.pass(client) };
}

/** What the rules about clients need of a category. */
export interface ClientWork<Bench, Plugin extends Component> {
  given(bench: Bench): GivenClient<Plugin>;
  /** A plugin that makes its own client. */
  make(bench: Bench): Plugin;
  /** Has the plugin work with its client. */
  use(plugin: Plugin, text: string): Promise<void>;
}

/** For a plugin that can be given a client of the vendor's. */
export function leavesGivenClientsOpen<Bench, Plugin extends Component>(
  work: ClientWork<Bench, Plugin>,
): Rule<Bench> {
  return {
    id: 'leaves-given-clients-open',
    title: 'works with a client that is passed in, and leaves it open for others when it closes',
    async run(bench) {
      const { client, closedBy, plugin } = work.given(bench);
      using closes = closedBy === undefined ? undefined : watchCalls(client, closedBy);
      for (const text of ['Hello there.', 'Hello again.']) {
        const given = plugin();
        try {
          await given.start();
          await work.use(given, text);
        } finally {
          await (closes?.run(() => given.close()) ?? given.close());
        }
        assert.equal(
          closes?.called.has(client) ?? false,
          false,
          'a client that was passed in belongs to whoever made it: it must not be closed',
        );
      }
    },
  };
}

/** For a client that has to be closed. */
export function closesItsOwnClient<Bench, Plugin extends Component>(
  work: ClientWork<Bench, Plugin>,
): Rule<Bench> {
  return {
    id: 'closes-its-own-client',
    title: 'closes the client that it made itself',
    async run(bench) {
      const { client, closedBy } = work.given(bench);
      assert(closedBy !== undefined, 'the rule is about clients that are closed');
      using closes = watchCalls(client, closedBy);
      const plugin = work.make(bench);
      await plugin.start();
      await work.use(plugin, 'Hello there.');
      await closes.run(() => plugin.close());
      assert.equal(
        closes.called.size,
        1,
        `the client that the plugin made must be closed, by ${String(closedBy)}()`,
      );
    },
  };
}
