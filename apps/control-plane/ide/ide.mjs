// GraphiQL, bundled ahead with its workers, so that the page needs nothing but our own port.
// oxlint-disable-next-line import/no-unassigned-import -- the bundler takes the styles from it
import 'graphiql/style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/graphql/assets/${WORKERS[label] ?? 'editor.worker.js'}`),
};

const url = `${location.origin}/graphql`;

/** The header editor holds the token; a subscription sends what it says when its socket opens. */
let authorization;
const wsClient = createClient({ url: url.replace(/^http/, 'ws'), lazy: true, lazyCloseTimeout: 0, connectionParams: () => ({ authorization }) });
const send = createGraphiQLFetcher({ url, wsClient });
const fetcher = (params, options) => {
  const headers = Object.entries(options?.headers ?? {});
  authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return send(params, options);
};

const ide = createElement(GraphiQL, {
  fetcher,
  plugins: [HISTORY_PLUGIN],
  defaultHeaders: '{ "Authorization": "Bearer mlr_..." }',
  defaultQuery: '# Put your token into Headers below, then run this.\nquery Viewer {\n  viewer {\n    workspace\n    kind\n    scopes\n  }\n}\n',
  shouldPersistHeaders: false,
});
createRoot(document.querySelector('#ide')).render(ide);
