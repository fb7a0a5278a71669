// GraphiQL, bundled ahead with its workers, so that the page needs nothing but our own port.
// The bundler takes the styles from it.
import 'graphiql/style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement, useMemo, useState } from 'react';
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
const TOKEN = /^Bearer mlr_[\w-]{43}$/;
const NO_TOKEN = { errors: [{ message: 'The documentation is there once a request was sent with a token.' }] };

/** Nobody is told of the schema without a token, so it is not asked for; the first request with one makes the IDE ask again. */
function Ide() {
  const [token, setToken] = useState();
  const fetcher = useMemo(
    () => (params, options) => {
      const headers = Object.entries(options?.headers ?? {});
      authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
      const isGiven = TOKEN.test(authorization ?? '');
      if (params.operationName === 'IntrospectionQuery' && !isGiven) return Promise.resolve(NO_TOKEN);
      if (isGiven && authorization !== token) setToken(authorization);
      return send(params, options);
    },
    [token],
  );
  return createElement(GraphiQL, {
    fetcher,
    plugins: [HISTORY_PLUGIN],
    defaultHeaders: '{ "Authorization": "Bearer mlr_..." }',
    defaultQuery: '# Put your token into Headers below, then run this.\nquery Viewer {\n  viewer {\n    workspace\n    kind\n    scopes\n  }\n}\n',
    shouldPersistHeaders: false,
  });
}
createRoot(document.querySelector('#ide')).render(createElement(Ide));
