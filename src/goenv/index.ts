/** The settings. What only `env` does, listing and writing them, is imported from its files: no other command loads it. */
export { defaultProxyList, defaultSumDb, publicDomain } from './defaults.js';
export { type EnvFileChanges, editEnvFile, parseEnvFile } from './env-file.js';
export { findProgram, missingProgram } from './find-program.js';
export { checkGoPath, checkModCache, type GoEnv, type GoEnvInput, osLookup, readGoEnv } from './go-env.js';
export { experiments, hostGoarch, hostGoos, platforms } from './platforms.js';
export { type SettingName, settings, splitPathList } from './settings.js';
