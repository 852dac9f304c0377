import type { TLSSocket } from 'node:tls';
import type { ContractRoute } from '../../protocols/http/contract-route';
import type { Exchange } from '../../protocols/http/exchange';
import { jsonReply } from '../../protocols/http/reply';
import type { Adapter } from '../adapter';
import { wsdlOf } from './wsdl';

/** Answers `?wsdl`, from which clients generate what calls the adapter. */
export function wsdlRoute(adapter: Adapter): ContractRoute {
  const { route } = adapter;
  return {
    ...route,
    label: `${route.label}_wsdl`,
    methods: ['GET', 'HEAD'],
    runs: false,
    answer: async (exchange) => {
      const text = wsdlOf(adapter.config, adapter.instance(), addressOf(exchange, route.path));
      return { ...jsonReply(text), contentType: 'text/xml; charset=utf-8' };
    },
  };
}

/** Where the caller has asked, as whoever ended its TLS says. */
function addressOf({ request }: Exchange, path: string): string {
  const { headers, socket } = request;
  const encrypted = (socket as Partial<TLSSocket>).encrypted || headers['x-forwarded-proto'] === 'https';
  return `${encrypted ? 'https' : 'http'}://${headers.host ?? headers[':authority'] ?? 'localhost'}${path}`;
}
