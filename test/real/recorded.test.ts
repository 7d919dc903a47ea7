/** Records what is not recorded yet, one after the other. .ci/run starts it beside the steps that do not need it. */
import { describe, expect, test } from 'vitest';
import { openRecording, type RecordingName, recordings, whyNoRecordings } from './recording.js';

describe.skipIf(whyNoRecordings() !== '')('recorded', () => {
  test.each(Object.keys(recordings) as RecordingName[])('%s', async (name) => {
    expect((await openRecording(name)).expected('list.txt')).toContain('\n');
  });
});
