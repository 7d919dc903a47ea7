/** The tags of a build here, as the settings and -tags have them. */
import type { GoEnv } from '../goenv/index.js';
import { type BuildTags, platformTags } from '../imports/index.js';

/** `given` is the value of -tags. */
export function platformTagsOf(goEnv: GoEnv, given = ''): BuildTags {
  return platformTags({
    goos: goEnv.GOOS,
    goarch: goEnv.GOARCH,
    cgo: goEnv.CGO_ENABLED === '1',
    goVersion: goEnv.goVersion,
    archLevel: goEnv.get(`GO${goEnv.GOARCH.toUpperCase()}`),
    experiments: goEnv.GOEXPERIMENT.split(',').filter((name) => name !== ''),
    tags: given.split(/[,\s]+/).filter((tag) => tag !== ''),
  });
}
