/** Property tests draw the same cases in every run, so that a failure is the change's; TSGOGET_SEED asks for others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['TSGOGET_SEED'] ?? 20261121) });
