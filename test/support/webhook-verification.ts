import { readFileSync } from 'node:fs';

const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
const [, example = ''] = /<!-- verification:[^>]*-->\s+```js\n(.*?)```/s.exec(guide) ?? [];
const source = `data:text/javascript;base64,${Buffer.from(example).toString('base64')}`;

/** The example of the guide for receivers, as it stands there. */
export const { verifyWebhook } = (await import(source)) as {
  verifyWebhook: (
    secret: string,
    headers: Readonly<Record<string, string | undefined>>,
    body: string,
    now?: Date,
  ) => unknown;
};
