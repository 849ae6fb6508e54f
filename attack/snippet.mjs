// Snippets of a call, as their users copy them.

const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'", '&amp;': '&' };
const plain = (html) => html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|#39|#x27|amp);/g, (entity) => entities[entity]);

/** Returns the snippet of a call for a client such as `Shell · curl`. */
export async function print(target, client, operation, args) {
  const message = {
    provider: 'attacked',
    operation,
    environment: 'test',
    content_type: '',
    arguments: args,
    client,
    secret_source: 'environment',
  };
  const { status, json, text } = await target.post('/api/snippet', message);
  if (status !== 200) throw new Error(`${client}: ${text}`);
  return plain(json.code);
}
