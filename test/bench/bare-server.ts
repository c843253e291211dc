/**
 * The limit of any server in Node: reads the request, writes bytes that are ready. Takes the bytes over the channel,
 * answers with its address, ends with the channel.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

process.once('message', (body: string) => {
  const bytes = Buffer.from(body);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length };
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, headers).end(bytes));
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
});
process.once('disconnect', () => process.exit(0));
