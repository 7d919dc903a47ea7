export { type Content, hash1, hash1Async, hash1OfSums, hashGoMod, isH1 } from './dirhash.js';
