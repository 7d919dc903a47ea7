/** Status codes as Go spells them: `404 Not Found`. */

const goWords: Record<number, string> = {
  413: 'Request Entity Too Large',
  414: 'Request URI Too Long',
  416: 'Requested Range Not Satisfiable',
  418: "I'm a teapot",
};

/** The code and its words; for a code without words, those of the server, printable ASCII only. */
export function statusLine(status: number, reason = ''): string {
  const words =
    goWords[status] ??
    process.getBuiltinModule('node:http').STATUS_CODES[status] ??
    reason.replace(/[^\x20-\x7e]/g, '').slice(0, 80);
  return `${status} ${words}`.trim();
}
