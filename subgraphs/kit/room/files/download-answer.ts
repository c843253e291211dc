import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { attachment } from './file-name.js';
import type { ByteRange } from './file-storage.js';
import type { FileRouting } from './file-store.js';

/**
 * Sends a file for saving. Single byte ranges are answered, so that a broken download can go on; browsers are told
 * neither to guess a type nor to run or keep anything.
 */
export async function answerDownload(
  routing: FileRouting,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { claim, file } = await routing.admitDownload(token, request.method === 'GET');
  const etag = `"${file.sha256}"`;
  const ifRange = request.headers['if-range'];
  const wanted = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
  const range = rangeOf(wanted, file.bytes);
  response.setHeader(
    'Content-Type',
    mediaType.test(claim.contentType) ? claim.contentType : 'application/octet-stream',
  );
  response.setHeader('Content-Disposition', attachment(claim.fileName));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
  response.setHeader('Cache-Control', 'private, no-store');
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', etag);
  if (range === 'outside') {
    response.setHeader('Content-Range', `bytes */${file.bytes}`);
    response.writeHead(416).end();
    return;
  }
  const length = range === undefined ? file.bytes : range.end - range.start + 1;
  if (range !== undefined)
    response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${file.bytes}`);
  response.setHeader('Content-Length', length);
  const status = range === undefined ? 200 : 206;
  if (request.method === 'HEAD' || length === 0) {
    response.writeHead(status).end();
    return;
  }
  const stream = await routing.storage.readBlob(file.blob, range);
  response.writeHead(status);
  await pipeline(stream, response);
}

const mediaType = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/;

/** RFC 9110 section 14: a range this server does not understand is ignored. */
function rangeOf(header: string | undefined, bytes: number): ByteRange | 'outside' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && from !== '' && Number(to) < Number(from)) return undefined;
  return start >= bytes ? 'outside' : { start, end };
}
