export { defaultProxyList, defaultSumDb, publicDomain } from './defaults.js';
export { type EnvFileChanges, editEnvFile, parseEnvFile } from './env-file.js';
export { type EnvVariable, formatEnv, formatEnvJson, listEnv, quoteBatch, quoteShell } from './env-listing.js';
export { checkBuildSettings, checkEnvWrite, writeEnvFile } from './env-write.js';
export { findProgram, missingProgram } from './find-program.js';
export { checkGoPath, checkModCache, type GoEnv, type GoEnvInput, osLookup, readGoEnv } from './go-env.js';
export { experiments, hostGoarch, hostGoos, platforms } from './platforms.js';
export { type SettingName, settings, splitPathList } from './settings.js';
