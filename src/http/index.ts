export {
  createHttpClient,
  type DownloadOptions,
  type GetOptions,
  type HttpClient,
  type HttpClientOptions,
  type HttpStats,
  type Sink,
  type Unframed,
  type WebPage,
} from './client.js';
export { readEnvProxy } from './env-proxy.js';
export { errorDetail } from './error-detail.js';
export { parseGoAuth } from './goauth.js';
export { redactUrl } from './redact.js';
